import { permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import type { Outputs } from '../api/trpc.ts';
import { roles } from '../policy.ts';
import type { Member, MemberCounts, MembersPage, RolePreview } from '../features/members/member.ts';
import { z } from 'zod';
import type { AnyTRPCProcedure } from '@trpc/server';
import {
  changesOf,
  fail,
  forbidden,
  noRole,
  isAdmin,
  isEditor,
  type StubProcedures,
  type StubState,
  createStubStreams,
  type StubStreams,
} from './stub-procedures.ts';

export interface StubMembers {
  readonly items: Member[];
  /** The obstacle to every role change; `null` for none. */
  obstacle: RolePreview['obstacle'];
  /** The code that refuses a change despite an allowed preview. */
  refusal: RolePreview['obstacle'];
  /** The offset of the page that always fails. */
  refusedOffset: number | null;
  /** The members whose account cannot be reached in Logto, so that only their roles are removed. */
  readonly unreachable: Set<string>;
  /** The members who are the last owners of a report. */
  readonly lastOwners: Set<string>;
  /** The stream of `members.changes`. */
  readonly streams: StubStreams;
}

export function createStubMembers(): StubMembers {
  return {
    items: [nina, sweeper],
    obstacle: null,
    refusal: null,
    refusedOffset: null,
    unreachable: new Set(),
    lastOwners: new Set(),
    streams: createStubStreams(),
  };
}

const nina = stubMember('Nina', { subject: 'u-nina', email: null, lastSignInAt: null });
const sweeper = stubMember('Sweeper', {
  subject: 'sweeper',
  email: 'evening-sweep@example.com',
  kind: 'machine',
  lastSignInAt: null,
});

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

const StubList = z.object({
  search: z.string().optional(),
  role: z.string().optional(),
  offset: z.number().optional(),
  limit: z.number().optional(),
});
type StubList = z.output<typeof StubList>;

function foundBy({ items }: StubMembers, { search = '', role }: StubList): Member[] {
  return items.filter(
    ({ name, email, roles }) =>
      `${name} ${email}`.toLowerCase().includes(search.toLowerCase()) &&
      (role === undefined || roles.some((held) => held.role === role)),
  );
}

/** The response of `members.list`. */
function stubMembersPage(members: StubMembers, input: StubList): MembersPage {
  const { offset = 0, limit = 50 } = input;
  if (offset === members.refusedOffset) throw fail({ status: 'BAD_REQUEST', code: 'INPUT_INVALID' });
  const page = foundBy(members, input).slice(offset, offset + limit);
  return { members: page, asOf: new Date().toISOString() };
}

/** The response of `members.counts`. */
function stubMemberCounts(members: StubMembers, input: StubList): MemberCounts {
  const items = foundBy(members, { ...input, role: undefined });
  const count = (of: (member: Member) => boolean): number => items.filter(of).length;
  const byRole = (role: string): number => count(({ roles }) => roles.some((held) => held.role === role));
  const bySource = (kind: string): number =>
    count(({ roles }) => roles.some(({ source }) => source.kind === kind));
  return {
    all: items.length,
    machines: count(({ kind }) => kind === 'machine'),
    dormant: count(({ status }) => status === 'dormant'),
    suspended: count(({ status }) => status === 'suspended'),
    roles: Object.fromEntries(Object.keys(policy.roles).map((role) => [role, byRole(role)])),
    sources: {
      default: bySource('default'),
      logto: bySource('logto'),
      request: bySource('request'),
      hand: bySource('hand'),
    },
    found: foundBy(members, input).length,
  };
}

function stubPreviewRole(
  members: StubMembers,
  { subject, role, change }: { readonly subject: string; readonly role: AppRole; readonly change: string },
): RolePreview {
  const { roles } = findStubMember(members, subject);
  const others = roles.filter((held) => held.role !== role).map((held) => held.role);
  const given = new Set(
    permissionsOfRole(policy, role).filter(
      (permission) =>
        !Object.keys(policy.roles).some(
          (one) => others.includes(one) && permissionsOfRole(policy, one as AppRole).includes(permission), // oxlint-disable-line typescript/no-unsafe-type-assertion -- a key of the table
        ),
    ),
  );
  const changes = [...given].map((permission) => ({ permission, onInstances: 0 }));
  return {
    gains: change === 'assign' ? changes : [],
    loses: change === 'assign' ? [] : changes,
    obstacle: members.obstacle,
  };
}

/** Grants or revokes a role, as the administrator. */
function changeStubRole(
  members: StubMembers,
  {
    subject,
    role,
    duration = null,
  }: { readonly subject: string; readonly role: AppRole; readonly duration?: number | null | undefined },
  change: 'assign' | 'unassign',
): Member {
  const member = findStubMember(members, subject);
  if (members.refusal !== null) throw fail({ status: 'CONFLICT', code: members.refusal });
  const others = member.roles.filter((held) => held.role !== role);
  const source = {
    kind: 'hand',
    by: { key: 'u-admin', name: 'Amelia Hart' },
    at: '2026-11-25T09:00:00.000Z',
    endsAt: duration === null ? null : new Date(Date.now() + duration * 1_000).toISOString(),
  } as const;
  const changed = { ...member, roles: change === 'assign' ? [...others, { role, source }] : others };
  members.items[members.items.indexOf(member)] = changed;
  return changed;
}

export function findStubMember({ items }: StubMembers, subject: string): Member {
  const found = items.find((one) => one.subject === subject);
  if (found === undefined) throw fail({ status: 'NOT_FOUND', code: 'PERSON_NOT_FOUND' });
  return found;
}

const Role = z.enum(roles);
const RoleOfMember = z.object({
  subject: z.string(),
  role: Role,
  duration: z.number().nullable().optional(),
});
const Bulk = z.object({
  subjects: z.array(z.string()),
  role: Role,
  change: z.enum(['assign', 'unassign']),
  duration: z.number().nullable().optional(),
});
const Undo = z.object({
  role: Role,
  members: z.array(z.object({ subject: z.string(), before: z.object({}).nullable() })),
});

function heldBy({ roles }: Member, role: AppRole): { readonly endsAt: string | null } | null {
  const source = roles.find((held) => held.role === role)?.source;
  if (source === undefined) return null;
  return { endsAt: 'endsAt' in source ? source.endsAt : null };
}

export function stubMemberProcedures(
  { gated, signedIn }: StubProcedures,
  { members, state }: { readonly members: StubMembers; readonly state: StubState },
): Record<string, AnyTRPCProcedure> {
  return {
    list: gated.input(StubList).query(({ ctx, input }) => {
      if (state.roleless) throw fail(noRole);
      if (isAdmin(ctx.token) || isEditor(ctx.token)) return stubMembersPage(members, input);
      throw forbidden('members:view', ['editor']);
    }),
    counts: gated.input(StubList).query(({ input }) => stubMemberCounts(members, input)),
    get: gated
      .input(z.object({ subject: z.string() }))
      .query(({ input }) => findStubMember(members, input.subject)),
    preview: gated
      .input(RoleOfMember.extend({ change: z.string() }))
      .query(({ input }) => stubPreviewRole(members, input)),
    assign: gated.input(RoleOfMember).mutation(({ input }) => changeStubRole(members, input, 'assign')),
    unassign: gated.input(RoleOfMember).mutation(({ input }) => changeStubRole(members, input, 'unassign')),
    bulkPreview: gated.input(Bulk).query(({ input: { subjects, role } }) =>
      subjects.map((subject): Outputs['members']['bulkPreview'][number] => {
        const member = findStubMember(members, subject);
        const { name, email, status } = member;
        const obstacle = status === 'suspended' ? 'MEMBER_SUSPENDED' : null;
        return { subject, name, email, held: heldBy(member, role), obstacle };
      }),
    ),
    bulkChange: gated.input(Bulk).mutation(({ input: { subjects, change, ...rest } }) =>
      subjects.map((subject): Outputs['members']['bulkChange'][number] => {
        const before = heldBy(findStubMember(members, subject), rest.role);
        if (members.unreachable.has(subject))
          return { subject, before: null, isChanged: false, code: 'DIRECTORY_UNAVAILABLE' };
        changeStubRole(members, { ...rest, subject }, change);
        return { subject, before, isChanged: true, code: null };
      }),
    ),
    bulkUndo: gated.input(Undo).mutation(({ input: { role, members: people } }) =>
      people.map(({ subject, before }): Outputs['members']['bulkUndo'][number] => {
        changeStubRole(members, { subject, role }, before === null ? 'unassign' : 'assign');
        return { subject, code: null };
      }),
    ),
    changes: signedIn.subscription(() => changesOf(members.streams)),
  };
}

/** The response of `person.access` for any user: a viewer who reads one report, and another that the caller cannot view. */
export const stubPersonAccess = {
  isFromLogto: true,
  logtoUrl: 'https://logto.example/console/users/u-nina',
  permissions: ['reports:view', 'requests:create', 'policy:view'],
  shares: [
    {
      report: 'r-1',
      title: 'Q4 review',
      roles: [
        {
          role: 'reader',
          source: { kind: 'request' as const, requestId: 'q-1', endsAt: '2026-12-03T09:00:00.000Z' },
        },
      ],
    },
    {
      report: '00000000-0000-4000-8000-000000abcdef',
      title: null,
      roles: [
        { role: 'editor', source: null },
        {
          role: 'reader',
          source: {
            kind: 'hand' as const,
            by: { key: 'u-admin', name: 'Amelia Hart' },
            at: '2026-11-25T09:00:00.000Z',
            endsAt: null,
          },
        },
      ],
    },
  ],
  moreShares: 2,
};
