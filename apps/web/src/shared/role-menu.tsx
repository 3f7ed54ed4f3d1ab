import { Menu } from '@base-ui/react/menu';
import { Check, LockKeyhole } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { isViewing } from '../auth/view-as.ts';
import ConfirmDialog from '../ui/confirm-dialog.tsx';
import type { MenuProps } from '../ui/menu-button.ts';
import { PopupMenu } from '../ui/popup-menu.tsx';

export interface RoleChoice {
  readonly role: string;
  readonly name: string;
  readonly isHeld: boolean;
  readonly isLocked: boolean;
  /** Whether the effect is still loading. Until it is known, the role cannot be selected. */
  readonly isLoading: boolean;
  /** The effect of selecting it, or why it cannot be selected. */
  readonly detail: ReactNode;
  /** Shown in a confirmation if the current user would lose the permission to undo the change. */
  readonly warning?: string | undefined;
  readonly onChoose: () => void;
}

export function RoleMenu(
  props: MenuProps & {
    readonly title: string;
    readonly choices: readonly RoleChoice[];
    readonly more?: ReactNode;
  },
): ReactNode {
  const { title, choices, more, ...menu } = props;
  const { t } = useTranslation();
  // Kept during the closing animation of the dialog.
  const [asked, setAsked] = useState<RoleChoice | null>(null);
  const [isAsking, setAsking] = useState(false);
  const choose = (choice: RoleChoice): void => {
    if (choice.warning === undefined) return choice.onChoose();
    setAsked(choice);
    setAsking(true);
  };
  return (
    <>
      <PopupMenu {...menu} label={title} align="end" width="w-88">
        <Menu.Group>
          <Menu.GroupLabel className="truncate px-2.5 pt-1.5 pb-1 text-xs font-medium text-muted">
            {title}
          </Menu.GroupLabel>
          {isViewing() && (
            <p className="px-2.5 pb-1.5 text-sm text-muted">{t('error.code.VIEW_AS_READ_ONLY')}</p>
          )}
          {choices.map((choice) => (
            <Choice key={choice.role} choice={choice} onChoose={() => choose(choice)} />
          ))}
        </Menu.Group>
        {more}
      </PopupMenu>
      {asked?.warning !== undefined && (
        <ConfirmDialog
          open={isAsking}
          labels={{
            title: t('roleChange.ownTitle'),
            why: asked.warning,
            confirm: t('roleChange.ownConfirm'),
          }}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            asked.onChoose();
          }}
          returnFocusTo={{ current: menu.anchor }}
        />
      )}
    </>
  );
}

function Choice(props: { readonly choice: RoleChoice; readonly onChoose: () => void }): ReactNode {
  const { choice, onChoose } = props;
  const { name, isHeld, isLoading, detail } = choice;
  const isLocked = choice.isLocked || isViewing();
  return (
    <Menu.CheckboxItem
      checked={isHeld}
      disabled={isLocked || isLoading}
      closeOnClick
      onCheckedChange={onChoose}
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
          {name}
          {isLocked && <LockKeyhole aria-hidden="true" className="size-3.5 text-muted" />}
        </span>
        <span className="block text-sm text-muted">{detail}</span>
      </span>
    </Menu.CheckboxItem>
  );
}
