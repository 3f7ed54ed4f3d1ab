import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import type { Outputs } from '../api/trpc.ts';
import { findStubMember, type StubMembers } from './stub-members.ts';
import type { StubProcedures } from './stub-procedures.ts';

type Removal = Outputs['members']['remove'][number];

function stubRemovePreview(
  members: StubMembers,
  subjects: readonly string[],
): Outputs['members']['removePreview'] {
  return subjects.map((subject) => {
    const { name, email, status, roles } = findStubMember(members, subject);
    const isLastOwner = members.lastOwners.has(subject);
    return {
      subject,
      name,
      email,
      status: status === 'suspended' ? status : 'active',
      roles: roles.map(({ role, source }) => ({
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
  });
}

function removeStub(
  members: StubMembers,
  subject: string,
  actions: readonly Removal['done'][number][],
): Removal {
  const isReachable = !members.unreachable.has(subject);
  const member = findStubMember(members, subject);
  const done = actions.filter((action) => isReachable || action === 'roles');
  if (done.includes('suspend'))
    members.items[members.items.indexOf(member)] = { ...member, status: 'suspended' };
  if (done.includes('organization')) members.items.splice(members.items.indexOf(member), 1);
  return { subject, removal: `x-${subject}`, done, code: isReachable ? null : 'DIRECTORY_UNAVAILABLE' };
}

/** The procedures that remove and restore access. */
export function stubRemovalProcedures(
  gated: StubProcedures['gated'],
  members: StubMembers,
): Record<string, AnyTRPCProcedure> {
  return {
    removePreview: gated
      .input(z.object({ subjects: z.array(z.string()) }))
      .query(({ input }) => stubRemovePreview(members, input.subjects)),
    remove: gated
      .input(
        z.object({
          subjects: z.array(z.string()),
          actions: z.array(z.enum(['roles', 'suspend', 'sessions', 'organization'])),
          newOwner: z.string().optional(),
        }),
      )
      .mutation(({ input }) => input.subjects.map((subject) => removeStub(members, subject, input.actions))),
    restore: gated.input(z.object({ removals: z.array(z.string()) })).mutation(({ input }) =>
      input.removals.map((removal): Outputs['members']['restore'][number] => ({
        removal,
        subject: removal.slice(2),
        skipped: 1,
        code: null,
      })),
    ),
    reactivate: gated.input(z.object({ subject: z.string() })).mutation(({ input }) => {
      const member = findStubMember(members, input.subject);
      members.items[members.items.indexOf(member)] = { ...member, status: 'active' };
    }),
  };
}
