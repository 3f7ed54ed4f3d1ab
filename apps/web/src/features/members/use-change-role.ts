import type { AppRole } from '@latchkey/policy';
import { useQueryClient } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useOptimisticChange } from '../../shared/optimistic-change.ts';
import { roles } from '../../policy.ts';
import type { Member, MembersPage } from './member.ts';

export interface AskedChange {
  readonly member: Member;
  readonly role: AppRole;
  readonly change: 'assign' | 'unassign';
}

/** Refusals with their own messages. */
const obstacles = ['ROLE_MANAGED_IN_LOGTO', 'MEMBER_SUSPENDED', 'LAST_ADMINISTRATOR', 'ROLE_ENDING'] as const;

const opposite = { assign: 'unassign', unassign: 'assign' } as const;

/** Grants or revokes a role. */
export function useChangeRole(): (change: AskedChange) => void {
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const queryClient = useQueryClient();
  const utils = trpc.useUtils();
  const makeChange = useOptimisticChange();
  const mutations = {
    assign: trpc.members.assign.useMutation(),
    unassign: trpc.members.unassign.useMutation(),
  };
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
  const change = (asked: AskedChange): void => {
    const { member, role, change: kind } = asked;
    let now = member;
    void makeChange({
      cancel: () => Promise.all([utils.members.list.cancel(), utils.members.get.cancel()]),
      show() {
        show(changed(asked, person));
        return () => show(member);
      },
      async send() {
        now = await mutations[kind].mutateAsync({ subject: member.subject, role });
        show(now);
      },
      done: t(kind === 'assign' ? 'members.given' : 'members.taken', {
        name: member.name ?? member.email ?? member.subject,
        role: t(`role.${role}`),
      }),
      undo: {
        label: t('members.undo'),
        run: () => change({ member: now, role, change: opposite[kind] }),
      },
      failed: t(`members.failed.${kind}`),
      refusals: Object.fromEntries(obstacles.map((code) => [code, t(`members.obstacle.${code}`)])),
      refetch: () =>
        Promise.all([utils.members.invalidate(), utils.person.invalidate(), utils.why.invalidate()]),
    });
  };
  return change;
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
