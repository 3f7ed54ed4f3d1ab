import type { Outputs } from '../api/trpc.ts';
import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import { denial, fail } from './stub-failures.ts';
import { isAdmin, isEditor, type StubProcedures } from './stub-procedures.ts';

export interface StubPolicy {
  differences: Outputs['policy']['drift']['differences'];
  /** Whether Permit's API does not respond. */
  isDown: boolean;
}

export function createStubPolicy(): StubPolicy {
  return { differences: [], isDown: false };
}

const Draft = z.object({
  changes: z.array(z.object({ role: z.string(), permission: z.string(), granted: z.boolean() })),
});

/** Every change affects two users, one with a name. */
export function stubPolicyProcedures(
  { gated, operator }: StubProcedures,
  policy: StubPolicy,
): Record<string, AnyTRPCProcedure> {
  return {
    holders: gated.query(() => ({ viewer: 12, editor: 1, admin: 2 })),
    drift: operator.query(() => {
      if (policy.isDown) throw fail({ status: 'SERVICE_UNAVAILABLE', code: 'DIRECTORY_UNAVAILABLE' });
      return { comparedAt: new Date().toISOString(), differences: policy.differences };
    }),
    impact: gated.input(Draft).query(({ ctx, input: { changes } }) => {
      if (!isAdmin(ctx.token) && !isEditor(ctx.token))
        throw fail({
          status: 'FORBIDDEN',
          code: 'FORBIDDEN',
          denied: denial('members:view', ['editor', 'admin']),
        });
      const none = { members: 0, first: [] };
      const two = { members: 2, first: [{ key: 'u-nina', name: 'Nina', email: null, isMachine: false }] };
      return changes.map(({ permission, granted }) => ({
        permission,
        gains: granted ? two : none,
        loses: granted ? none : two,
        left: granted ? 2 : 0,
      }));
    }),
  };
}
