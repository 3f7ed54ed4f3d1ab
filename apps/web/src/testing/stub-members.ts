import { permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import type { Outputs } from '../api/trpc.ts';
import type { Member } from '../features/members/member.ts';
import { roles } from '../policy.ts';
import { fail, type Answers, type Organization } from './answers.ts';

/** A member with this name: a viewer by default. */
export function stubMember(name: string, more: Partial<Member> = {}): Member {
  const key = `u-${name.toLowerCase().replaceAll(' ', '-')}`;
  return {
    subject: key,
    name,
    email: `${key}@example.com`,
    kind: 'person',
    roles: [{ role: 'viewer', source: { kind: 'default' } }],
    lastSignInAt: '2026-11-24T09:00:00.000Z',
    status: 'active',
    ...more,
  };
}

/** “Member 0000”, “Member 0001”, and so on. */
export const numberedMembers = (count: number): Member[] =>
  Array.from({ length: count }, (_, index) => stubMember(`Member ${String(index).padStart(4, '0')}`));

/** What a user gains or loses with this role beside the other roles. */
function previewOf(held: Member['roles'], role: AppRole, change: 'assign' | 'unassign') {
  const others = roles.filter((one) => one !== role && held.some((other) => other.role === one));
  const kept = new Set(others.flatMap((one) => [...permissionsOfRole(policy, one)]));
  const changed = permissionsOfRole(policy, role)
    .filter((permission) => !kept.has(permission))
    .map((permission) => ({ permission, onInstances: 0 }));
  return change === 'assign' ? { gains: changed, loses: [] } : { gains: [], loses: changed };
}

const hand = {
  kind: 'hand',
  by: { key: 'u-admin', name: 'Amelia Hart' },
  at: '2026-11-25T09:00:00.000Z',
} as const;

/** The response of `person.access` for any user: a viewer who reads one report, and another that the caller cannot view. */
const personAccess: Outputs['person']['access'] = {
  isFromLogto: true,
  logtoUrl: 'https://logto.example/console/users/u-nina',
  permissions: [...permissionsOfRole(policy, 'viewer')],
  shares: [
    {
      report: 'r-1',
      title: 'Q4 review',
      roles: [
        { role: 'reader', source: { kind: 'request', requestId: 'q-1', endsAt: '2026-12-03T09:00:00.000Z' } },
      ],
    },
    {
      report: '00000000-0000-4000-8000-000000abcdef',
      title: null,
      roles: [
        { role: 'editor', source: null },
        { role: 'reader', source: { ...hand, endsAt: null } },
      ],
    },
  ],
  moreShares: 2,
};

export function memberAnswers({
  members,
  unreachable,
  lastOwners,
}: Organization): Pick<Answers, 'members' | 'person'> {
  const find = (subject: string): Member => {
    const found = members.find((one) => one.subject === subject);
    if (found === undefined) throw fail('PERSON_NOT_FOUND');
    return found;
  };
  const replace = (subject: string, changes: Partial<Member>): Member => {
    const changed = { ...find(subject), ...changes };
    members[members.indexOf(find(subject))] = changed;
    return changed;
  };
  const found = ({
    search = '',
    role,
  }: {
    readonly search?: string | undefined;
    readonly role?: string | undefined;
  }) =>
    members.filter(
      ({ name, email, roles: held }) =>
        `${name} ${email}`.toLowerCase().includes(search.toLowerCase()) &&
        (role === undefined || held.some((one) => one.role === role)),
    );
  const heldBy = (subject: string, role: AppRole) => {
    const source = find(subject).roles.find((one) => one.role === role)?.source;
    return source === undefined ? null : { endsAt: 'endsAt' in source ? source.endsAt : null };
  };
  const isReachable = (subject: string): boolean => !unreachable.has(subject);
  return {
    members: {
      list: ({ offset = 0, limit = 50, ...filter }) => ({
        members: found(filter).slice(offset, offset + limit),
        asOf: new Date().toISOString(),
      }),
      counts: ({ search, role }) => ({
        all: found({ search }).length,
        machines: 0,
        dormant: 0,
        suspended: 0,
        roles: Object.fromEntries(roles.map((one) => [one, found({ search, role: one }).length])),
        sources: { default: 0, logto: 0, request: 0, hand: 0 },
        found: found({ search, role }).length,
      }),
      roleHistory: () => {
        const counts = Object.fromEntries(roles.map((role) => [role, found({ role }).length]));
        const point = { members: members.length, roles: { viewer: 0, editor: 0, admin: 0, ...counts } };
        const [then, now] = [Date.now() - 90 * 86_400_000, Date.now()].map((at) =>
          new Date(at).toISOString(),
        );
        return {
          since: then ?? '',
          isKnown: true,
          points: [then, now].map((at = '') => ({ at, ...point })),
        };
      },
      get: ({ subject }) => find(subject),
      preview: ({ subject, role, change }) => ({
        ...previewOf(find(subject).roles, role, change),
        obstacle: null,
      }),
      assign: ({ subject, role, duration = null }) => {
        const endsAt = duration === null ? null : new Date(Date.now() + duration * 1_000).toISOString();
        const others = find(subject).roles.filter((held) => held.role !== role);
        return replace(subject, { roles: [...others, { role, source: { ...hand, endsAt } }] });
      },
      unassign: ({ subject, role }) =>
        replace(subject, { roles: find(subject).roles.filter((held) => held.role !== role) }),
      bulkPreview: ({ subjects, role }) =>
        subjects.map((subject) => {
          const { name, email, status } = find(subject);
          const obstacle = status === 'suspended' ? 'MEMBER_SUSPENDED' : null;
          return { subject, name, email, held: heldBy(subject, role), obstacle };
        }),
      bulkChange: ({ subjects, role }) =>
        subjects.map((subject) =>
          isReachable(subject)
            ? { subject, before: heldBy(subject, role), isChanged: true, code: null }
            : { subject, before: null, isChanged: false, code: 'DIRECTORY_UNAVAILABLE' },
        ),
      bulkUndo: ({ members: people }) => people.map(({ subject }) => ({ subject, code: null })),
      removePreview: ({ subjects }) =>
        subjects.map((subject) => {
          const { name, email, status, roles: held } = find(subject);
          const isLastOwner = lastOwners.has(subject);
          return {
            subject,
            name,
            email,
            status: status === 'suspended' ? status : 'active',
            roles: held.map(({ role, source }) => ({
              role,
              isTemporary: source.kind === 'request' && source.endsAt !== null,
            })),
            shares: [
              isLastOwner
                ? { resource: 'reports', id: 'r-2', role: 'owner', title: `Report of ${name}`, isLastOwner }
                : { resource: 'reports', id: 'r-1', role: 'reader', title: 'Q4 review', isLastOwner },
            ],
            moreShares: 0,
            lastOwnerOf: isLastOwner ? 1 : 0,
            obstacle: subject === 'u-admin' ? 'OWN_ACCESS' : null,
          };
        }),
      remove: ({ subjects, actions }) =>
        subjects.map((subject) => ({
          subject,
          removal: `x-${subject}`,
          done: actions.filter((action) => isReachable(subject) || action === 'roles'),
          code: isReachable(subject) ? null : 'DIRECTORY_UNAVAILABLE',
        })),
      restore: ({ removals }) =>
        removals.map((removal) => ({ removal, subject: removal.slice(2), skipped: 1, code: null })),
      reactivate: ({ subject }) => {
        replace(subject, { status: 'active' });
      },
    },
    person: { access: personAccess, sessions: [] },
  };
}
