import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import type { Access, SharedWith } from '../shared/sharing/use-change-share.ts';
import { reportRoles } from '../policy.ts';
import { fail, ById, type StubProcedures } from './stub-procedures.ts';

const RoleOn = ById.extend({ subject: z.string(), role: z.enum(reportRoles) });
const creator: SharedWith = {
  key: 'u-editor',
  name: 'Mina Park',
  email: 'mina@example.com',
  isMachine: false,
  lacks: null,
  roles: [{ role: 'owner', source: { kind: 'creator' } }],
};
const candidate = { key: 'u-nina', name: 'Nina', email: 'nina@example.com', isMachine: false };

export interface StubShares {
  people: SharedWith[];
  byRole: Access['byRole'];
  /** What users lack to whom a role is given. */
  lacks: { readonly code: 'NOT_CLEARED'; readonly logtoRole: string } | null;
  /** The code that a change is refused with. */
  refusal: string | null;
  /** Resolves before a change is made. */
  held: Promise<void>;
}

export function createStubShares(): StubShares {
  return { people: [creator], byRole: [], lacks: null, refusal: null, held: Promise.resolve() };
}

/** The sharing procedures of the only report. */
export function stubShareProcedures(
  { gated }: StubProcedures,
  shares: StubShares,
): Record<string, AnyTRPCProcedure> {
  const change = async ({ subject, role }: z.output<typeof RoleOn>, isGiven: boolean) => {
    await shares.held;
    if (shares.refusal !== null) throw fail({ status: 'CONFLICT', code: shares.refusal });
    const others = shares.people.filter(({ key }) => key !== subject);
    const by = { key: 'u-editor', name: 'Mina Park' };
    const source = { kind: 'hand', by, at: '2026-11-25T09:00:00.000Z' } as const;
    shares.people = isGiven
      ? [...others, { ...candidate, lacks: shares.lacks?.code ?? null, roles: [{ role, source }] }]
      : others;
    return { subject, role, lacks: isGiven ? shares.lacks : null };
  };
  return {
    access: gated.input(ById.extend({ people: z.number().default(200) })).query(({ input }): Access => ({
      people: shares.people.slice(0, input.people),
      more: Math.max(0, shares.people.length - input.people),
      byRole: shares.byRole,
      clearanceRole: 'Cleared for confidential',
    })),
    shareCandidates: gated.input(ById.extend({ search: z.string() })).query(() => [candidate]),
    sharePreview: gated.input(RoleOn.extend({ change: z.string() })).query(({ input }) => ({
      gains: input.change === 'give' ? ['reports:publish'] : [],
      loses: input.change === 'give' ? [] : ['reports:publish', 'reports:share'],
      lacks: input.change === 'give' ? shares.lacks : null,
      obstacle: null,
    })),
    share: gated.input(RoleOn).mutation(({ input }) => change(input, true)),
    unshare: gated.input(RoleOn).mutation(({ input }) => change(input, false)),
  };
}
