import { useRouteContext } from '@tanstack/react-router';
import type { Translate } from '../../i18n/translate.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useInvalidateGates } from '../../api/permissions.ts';
import { reportRoles, type ReportRole } from '../../policy.ts';
import { useOptimisticChange } from '../optimistic-change.ts';
import { nameOf } from '../person.tsx';

export type Access = Outputs['reports']['access'];
export type SharedWith = Access['people'][number];
export type SharePreview = Outputs['reports']['sharePreview'];
type Lacking = NonNullable<SharePreview['lacks']>;

export interface Shareable {
  readonly resource: 'reports' | 'collections';
  readonly id: string;
  /** Only users with permission to edit can read a draft. */
  readonly isDraft: boolean;
  /** The number of users that the sheet lists. Default: the server's. */
  readonly people?: number | undefined;
}

export interface AskedShare {
  readonly person: Pick<SharedWith, 'key' | 'name' | 'email' | 'isMachine'>;
  readonly role: ReportRole;
  readonly change: 'assign' | 'revoke';
  /** Becomes an owner first. */
  readonly newOwner?: string;
  /** Whether the current user may be unable to undo the change. */
  readonly isFinal?: boolean;
}

/** Who can clear a user for confidential reports, and how: with a user role in Logto. */
export function howCleared(logtoRole: string | null, t: Translate): string {
  return logtoRole === null ? t('sharing.clearedElsewhere') : t('sharing.clearedBy', { role: logtoRole });
}

/** What a user cannot do despite a role, and what would help. */
export function lackingText(
  { lacks, name, role }: { readonly lacks: Lacking; readonly name: string; readonly role?: string },
  t: Translate,
): string {
  const text =
    role === undefined
      ? t(`sharing.lacking.${lacks.code}`, { name })
      : t(`sharing.givenBut.${lacks.code}`, { name, role });
  return lacks.code === 'NOT_CLEARED' ? `${text} ${howCleared(lacks.logtoRole, t)}` : text;
}

const opposite = { assign: 'revoke', revoke: 'assign' } as const;

export function useChangeShare({
  resource,
  id,
  people,
}: Pick<Shareable, 'resource' | 'id' | 'people'>): (share: AskedShare) => void {
  const { t } = useTranslation();
  const { person: me } = useRouteContext({ from: '/console' });
  const utils = trpc.useUtils();
  const { access, sharePreview } = utils[resource];
  const invalidateGates = useInvalidateGates();
  const makeChange = useOptimisticChange();
  const mutations = {
    assign: trpc[resource].share.useMutation(),
    revoke: trpc[resource].unshare.useMutation(),
  };
  const listed = { id, people };
  const change = (asked: AskedShare): void => {
    const { person, role, change: kind, newOwner, isFinal = false } = asked;
    void makeChange({
      cancel: () => access.cancel(listed),
      show() {
        const before = access.getData(listed);
        access.setData(listed, (shown) => shown && changed(shown, asked, me));
        return () => access.setData(listed, before);
      },
      send: () =>
        mutations[kind].mutateAsync({ id, subject: person.key, role, ...(newOwner && { newOwner }) }),
      done({ lacks }) {
        const names = { name: nameOf(person), role: t(`reportRole.${role}`) };
        if (lacks !== null) return lackingText({ lacks, ...names }, t);
        return t(kind === 'assign' ? 'roleChange.assigned' : 'roleChange.removed', names);
      },
      undo: isFinal
        ? undefined
        : { label: t('undo'), run: () => change({ person, role, change: opposite[kind] }) },
      failed: t(`sharing.failed.${kind}`),
      refusals: {
        MEMBER_SUSPENDED: t('sharing.obstacle.MEMBER_SUSPENDED'),
        ROLE_ENDING: t('sharing.obstacle.ROLE_ENDING'),
        LAST_OWNER: t('sharing.obstacle.LAST_OWNER'),
        NEW_OWNER_INVALID: t('sharing.newOwner.invalid'),
      },
      refetch() {
        if (person.key === me.key) invalidateGates();
        return Promise.all([
          access.invalidate({ id }),
          sharePreview.invalidate({ id }),
          utils.why.invalidate(),
          ...(role === 'owner' ? [utils.reports.invalidate(), utils.collections.invalidate()] : []),
        ]);
      },
    });
  };
  return change;
}

function changed(
  access: Access,
  { person, role, change }: AskedShare,
  { key, name }: { readonly key: string; readonly name: string | null },
): Access {
  const held = access.people.find((one) => one.key === person.key) ?? { ...person, lacks: null, roles: [] };
  const others = held.roles.filter((one) => one.role !== role || one.source.kind === 'collection');
  const given = { role, source: { kind: 'hand', by: { key, name }, at: new Date().toISOString() } } as const;
  const roles =
    change === 'revoke' ? others : [...others, given].toSorted((a, b) => rank(a.role) - rank(b.role));
  const people = access.people.some((one) => one.key === person.key)
    ? access.people
    : [...access.people, held];
  return {
    ...access,
    people: people.flatMap((one) =>
      one.key !== person.key ? [one] : roles.length === 0 ? [] : [{ ...one, roles }],
    ),
  };
}

function rank(role: ReportRole): number {
  return reportRoles.indexOf(role);
}
