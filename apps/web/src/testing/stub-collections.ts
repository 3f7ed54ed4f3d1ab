import type { AnyTRPCProcedure } from '@trpc/server';
import { ById, type StubProcedures } from './stub-procedures.ts';

const collection = {
  title: 'Audit 2026',
  owner: { key: 'u-editor', name: 'Mina Park' },
  createdAt: '2026-11-24T09:00:00.000Z',
};

/** The procedures of collections: whichever one is asked for is there, and empty. */
export function stubCollections({ gated }: StubProcedures): Record<string, AnyTRPCProcedure> {
  return {
    list: gated.query(() => []),
    get: gated.input(ById).query(({ input: { id } }) => ({ ...collection, id, reports: [], hidden: 0 })),
    addable: gated.input(ById).query(() => []),
    access: gated.input(ById).query(() => ({ people: [], more: 0, byRole: [] })),
  };
}
