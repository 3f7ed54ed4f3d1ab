import { Menu } from '@base-ui/react/menu';
import { useRouteContext } from '@tanstack/react-router';
import { Check, LockKeyhole } from 'lucide-react';
import { useState, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { menuPopup } from '../../components/menu-style.ts';
import { roles } from '../../policy.ts';
import type { Member, RolePreview } from './member-types.ts';
import { OwnRoleDialog } from './own-role-dialog.tsx';
import { PreviewText } from './preview-text.tsx';
import { useChangeRole, type AskedChange } from './use-change-role.ts';

/**
 * The roles of the policy, those checked that the member has. Each says what choosing it changes, or why it cannot be chosen.
 * Loaded when first opened, hence the default export.
 */
export default function RolesMenu(props: {
  readonly member: Member;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly anchor: HTMLElement;
  readonly container: RefObject<HTMLElement | null>;
}): ReactNode {
  const { member, open, onOpenChange, anchor, container } = props;
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const { subject } = member;
  const name = member.name ?? member.email ?? subject;
  const held = new Set(member.roles.map(({ role }) => role));
  const choices = roles.map((role): AskedChange => ({
    member,
    role,
    change: held.has(role) ? 'unassign' : 'assign',
  }));
  const previews = trpc.useQueries((api) =>
    choices.map(({ role, change }) => api.members.preview({ subject, role, change }, { enabled: open })),
  );
  const changeRole = useChangeRole();
  const [own, setOwn] = useState<{ readonly change: AskedChange; readonly loses: number } | null>(null);
  const choose = (change: AskedChange, preview: RolePreview | undefined): void => {
    const losesItself = preview?.loses.some(({ permission }) => permission === 'members:assign') === true;
    if (subject === person.key && losesItself) setOwn({ change, loses: preview.loses.length });
    else changeRole(change);
  };
  return (
    <>
      <Menu.Root open={open} onOpenChange={onOpenChange}>
        <Menu.Portal container={container}>
          <Menu.Positioner
            anchor={anchor}
            side="bottom"
            align="end"
            sideOffset={4}
            collisionPadding={8}
            className="z-20 outline-none"
          >
            <Menu.Popup
              finalFocus={{ current: anchor }}
              className={`w-[min(22rem,calc(100vw-1rem))] ${menuPopup}`}
            >
              <Menu.Group>
                <Menu.GroupLabel className="truncate px-2.5 pt-1.5 pb-1 text-xs font-medium text-muted">
                  {t('members.rolesOf', { name })}
                </Menu.GroupLabel>
                {choices.map((choice, index) => (
                  <RoleChoice
                    key={choice.role}
                    choice={choice}
                    preview={previews[index]?.data}
                    hasFailed={previews[index]?.isError === true}
                    onChoose={(preview) => choose(choice, preview)}
                  />
                ))}
              </Menu.Group>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <OwnRoleDialog
        loses={own?.loses ?? null}
        onClose={() => setOwn(null)}
        onConfirm={() => {
          if (own !== null) changeRole(own.change);
          setOwn(null);
        }}
        returnFocusTo={anchor}
      />
    </>
  );
}

function RoleChoice(props: {
  readonly choice: AskedChange;
  /** `undefined` while it is loading. */
  readonly preview: RolePreview | undefined;
  readonly hasFailed: boolean;
  readonly onChoose: (preview: RolePreview | undefined) => void;
}): ReactNode {
  const { choice, preview, hasFailed, onChoose } = props;
  const { t } = useTranslation();
  const isHeld = choice.change === 'unassign';
  const isLocked = preview !== undefined && preview.obstacle !== null;
  return (
    <Menu.CheckboxItem
      checked={isHeld}
      disabled={isLocked || (preview === undefined && !hasFailed)}
      closeOnClick
      onCheckedChange={() => onChoose(preview)}
      className="flex min-h-14 cursor-default items-start gap-2.5 rounded-control px-2.5 py-2 outline-none select-none data-highlighted:bg-sunken"
    >
      <span
        aria-hidden="true"
        className={`mt-0.5 inline-flex size-4 shrink-0 items-center justify-center rounded-sm border ${isHeld ? 'border-brass-line bg-brass text-on-brass' : 'border-line-strong'}`}
      >
        {isHeld && <Check className="size-3.5" />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5 font-medium">
          {t(`role.${choice.role}`)}
          {isLocked && <LockKeyhole aria-hidden="true" className="size-3.5 text-muted" />}
        </span>
        <span className="block text-sm text-muted">
          <PreviewText preview={preview} hasFailed={hasFailed} />
        </span>
      </span>
    </Menu.CheckboxItem>
  );
}
