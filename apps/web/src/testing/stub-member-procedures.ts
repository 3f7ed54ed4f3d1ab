import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import { denial, fail, noRole } from './stub-failures.ts';
import {
  changeStubRole,
  findStubMember,
  StubList,
  stubMemberCounts,
  stubMembersPage,
  stubPreviewRole,
  type StubMembers,
} from './stub-members.ts';
import { isAdmin, isEditor, type StubProcedures, type StubState } from './stub-procedures.ts';

const RoleOfMember = z.object({ subject: z.string(), role: z.enum(['viewer', 'editor', 'admin']) });

export function stubMemberProcedures(
  { gated, signedIn }: StubProcedures,
  { members, state }: { readonly members: StubMembers; readonly state: () => StubState },
): Record<string, AnyTRPCProcedure> {
  return {
    list: gated.input(StubList).query(({ ctx, input }) => {
      if (state().roleless) throw fail(noRole);
      if (isAdmin(ctx.token) || isEditor(ctx.token)) return stubMembersPage(members, input);
      throw fail({ status: 'FORBIDDEN', code: 'FORBIDDEN', denied: denial('members:view', ['editor']) });
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
    changes: signedIn.subscription(async function* () {
      yield { changed: true };
      for await (const _ of members.streams.open()) yield { changed: true };
    }),
  };
}
