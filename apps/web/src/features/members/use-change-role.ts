import type { AppRole } from '@latchkey/policy';
import { useQueryClient } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { notify } from '../../components/notice.ts';
import { roles } from '../../policy.ts';
import type { Member, MembersPage } from './member-types.ts';

export interface AskedChange {
  readonly member: Member;
  readonly role: AppRole;
  readonly change: 'assign' | 'unassign';
}

/** Refusals with their own messages. */
const obstacles = ['ROLE_MANAGED_IN_LOGTO', 'MEMBER_SUSPENDED', 'LAST_ADMINISTRATOR', 'ROLE_ENDING'] as const;

const opposite = { assign: 'unassign', unassign: 'assign' } as const;

/** Grants or revokes a role: optimistic, rolled back when the server refuses, and undone from the notice. */
export function useChangeRole(): (change: AskedChange) => void {
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const queryClient = useQueryClient();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const assign = trpc.members.assign.useMutation();
  const unassign = trpc.members.unassign.useMutation();

  const show = (member: Member): void => {
    // The person's page, if it is cached.
    const { subject } = member;
    utils.members.get.setData({ subject }, (before) => before && member);
    queryClient.setQueriesData<MembersPage>(
      { queryKey: [['members', 'list']] },
      (page) =>
        page && {
          ...page,
          members: page.members.map((one) => (one.subject === subject ? member : one)),
        },
    );
  };
  const change = async (asked: AskedChange): Promise<void> => {
    const { member, role, change: kind } = asked;
    const name = member.name ?? member.email ?? member.subject;
    const { mutateAsync } = kind === 'assign' ? assign : unassign;
    // An earlier query must not overwrite the optimistic state.
    await Promise.all([utils.members.list.cancel(), utils.members.get.cancel()]);
    // Its undo action belongs to the previous change.
    notify(null);
    show(changed(asked, person));
    try {
      const now = await mutateAsync({ subject: member.subject, role });
      show(now);
      notify({
        tone: 'done',
        text: t(kind === 'assign' ? 'members.given' : 'members.taken', { name, role: t(`role.${role}`) }),
        action: {
          label: t('members.undo'),
          run: () => void change({ member: now, role, change: opposite[kind] }),
        },
      });
    } catch (error) {
      show(member);
      const code = errorCodeOf(error);
      const obstacle = obstacles.find((one) => one === code);
      if (obstacle === undefined) notifyFailure(t(`members.failed.${kind}`), error);
      else notify({ tone: 'failed', text: t(`members.obstacle.${obstacle}`) });
    }
    await Promise.all([utils.members.invalidate(), utils.person.invalidate(), utils.why.invalidate()]);
  };
  return (asked) => void change(asked);
}

/** The member after the change. */
function changed(
  { member, role, change }: AskedChange,
  { key, name }: { readonly key: string; readonly name: string | null },
): Member {
  const others = member.roles.filter((held) => held.role !== role);
  if (change === 'unassign') return { ...member, roles: others };
  const source = { kind: 'hand', by: { key, name }, at: new Date().toISOString() } as const;
  return {
    ...member,
    roles: [...others, { role, source }].toSorted((one, other) => rank(one.role) - rank(other.role)),
  };
}

function rank(role: string): number {
  return roles.findIndex((one) => one === role);
}
