import { useQueries } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { RoleMenu } from '../../shared/role-menu.tsx';
import { roles } from '../../policy.ts';
import type { Member } from './member.ts';
import { PreviewText } from './preview-text.tsx';
import { useChangeRole, type AskedChange } from './use-change-role.ts';

/**
 * The roles of the policy; held roles are checked. Each shows the effect of selecting it, or why it cannot be selected.
 * Loaded when first opened, hence the default export.
 */
export default function RolesMenu(props: {
  readonly member: Member;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly anchor: HTMLElement;
  readonly container: RefObject<HTMLElement | null>;
  readonly more?: ReactNode;
}): ReactNode {
  const { member, anchor, ...menu } = props;
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
  const utils = trpc.useUtils();
  const previews = useQueries({
    queries: choices.map(({ role, change }) =>
      utils.members.preview.queryOptions({ subject, role, change }, { enabled: menu.open }),
    ),
  });
  const changeRole = useChangeRole();
  return (
    <RoleMenu
      {...menu}
      anchor={anchor}
      title={t('members.rolesOf', { name })}
      choices={choices.map((choice, index) => {
        const preview = previews[index]?.data;
        const hasFailed = previews[index]?.isError === true;
        const losesItself =
          subject === person.key &&
          preview?.loses.some(({ permission }) => permission === 'members:assign') === true;
        return {
          role: choice.role,
          name: t(`role.${choice.role}`),
          isHeld: choice.change === 'unassign',
          isLocked: preview !== undefined && preview.obstacle !== null,
          isLoading: preview === undefined && !hasFailed,
          detail: <PreviewText preview={preview} hasFailed={hasFailed} />,
          confirm: losesItself
            ? {
                title: t('members.self.title'),
                why: t('members.self.why', { count: preview.loses.length }),
                confirm: t('members.self.confirm'),
                cancel: t('members.self.cancel'),
              }
            : undefined,
          onChoose: () => changeRole(choice),
        };
      })}
    />
  );
}
