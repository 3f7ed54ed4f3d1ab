import { z } from 'zod';
import { fail } from './stub-failures.ts';
import { ById, type StubProcedures } from './stub-procedures.ts';
import type { StubStreams } from './stub-streams.ts';
import { stubDeliveries, stubDrift, stubRun, stubSyncStatus, type StubSync } from './stub-sync.ts';

export function stubSyncProcedures(
  { operator }: StubProcedures,
  { sync, streams }: { readonly sync: StubSync; readonly streams: StubStreams },
) {
  return {
    status: operator.query(() => stubSyncStatus(sync)),
    drift: operator.query(() => stubDrift(sync)),
    deliveries: operator
      .input(z.object({ status: z.string().optional(), event: z.string().optional() }))
      .query(({ input }) => ({ items: stubDeliveries(sync, input), nextCursor: null })),
    delivery: operator.input(ById).query(({ input }) => {
      const delivery = sync.deliveries.find(({ id }) => id === input.id);
      if (delivery === undefined) throw fail({ status: 'NOT_FOUND', code: 'NOT_FOUND' });
      return delivery;
    }),
    replay: operator
      .input(z.object({ ids: z.array(z.string()).optional() }))
      .mutation(({ input: { ids } }) => {
        const meant = sync.deliveries.filter(({ id, status }) => ids?.includes(id) ?? status === 'failed');
        for (const delivery of meant) Object.assign(delivery, { status: 'pending', nextAttemptAt: null });
        return { replayed: meant.length };
      }),
    pause: operator.mutation(() => ({ paused: (sync.paused = true) })),
    resume: operator.mutation(() => ({ paused: (sync.paused = false) })),
    /** Every run finds 60 removals, and is refused unless it is forced. */
    reconcile: operator
      .input(z.object({ dryRun: z.boolean(), force: z.boolean() }))
      .mutation(({ input: { dryRun, force } }) => {
        const id = `00000000-0000-4000-8000-00000000000${sync.runs.length}`;
        const refusal = {
          status: 'refused',
          report: null,
          problem: {
            code: 'SYNC_MASS_CHANGE',
            affected: 60,
            allowed: 50,
            total: 4_000,
            message: '60 would lose something.',
          },
        };
        sync.runs.unshift(
          stubRun(id, { 'create-user': 1, unassign: 60 }, { dryRun, force, ...(force ? {} : refusal) }),
        );
        return { id };
      }),
    progress: operator.input(ById).subscription(async function* ({ input }) {
      const find = () => sync.runs.find(({ id }) => id === input.id);
      yield find();
      if (find()?.status !== 'running') return;
      for await (const _ of streams.open()) yield find();
    }),
  };
}
