import { EventEmitter, on } from 'node:events';
import { defaultTenant } from '@latchkey/directory-sync';
import { z } from 'zod';
import { AppError } from '../app-error.ts';
import type { SignedIn } from '../trpc/context.ts';
import { permitted, router } from '../trpc/trpc.ts';
import type { SyncControl } from './open-directory-sync.ts';
import type { Run } from './runs.ts';

/** Sync works on everybody's directory, so only administrators of the installation, not of one organization, may look. */
function controlFor({ identity, services }: SignedIn): SyncControl {
  if (identity.tenant !== defaultTenant) {
    throw new AppError('FORBIDDEN', 'Directory sync belongs to the installation, not to an organization.');
  }
  return services.sync;
}

const Cursor = z.object({ receivedAt: z.iso.datetime(), id: z.string() });
const DeliveriesInput = z.object({
  status: z.enum(['pending', 'applied', 'ignored', 'failed']).optional(),
  event: z.string().max(100).optional(),
  /** `user:<id>` or `organization:<id>`, Logto's ids. */
  subject: z.string().max(300).optional(),
  cursor: Cursor.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
const ReplayInput = z.union([
  z.object({ ids: z.array(z.string()).min(1).max(1_000) }),
  z.object({ dead: z.literal(true) }),
]);

type Listed = Awaited<ReturnType<SyncControl['deliveries']['list']>>[number];
const deliveryOf = ({ receivedAt, settledAt, ...rest }: Listed) => ({
  ...rest,
  receivedAt: receivedAt.toISOString(),
  settledAt: settledAt?.toISOString() ?? null,
});
const runOf = ({ createdAt, startedAt, finishedAt, ...rest }: Run) => ({
  ...rest,
  createdAt: createdAt.toISOString(),
  startedAt: startedAt?.toISOString() ?? null,
  finishedAt: finishedAt?.toISOString() ?? null,
});

const listDeliveries = async (control: SyncControl, input: z.output<typeof DeliveriesInput>) => {
  const after = input.cursor && { receivedAt: new Date(input.cursor.receivedAt), id: input.cursor.id };
  const page = await control.deliveries.list({ ...input, after });
  const last = page.at(-1);
  return {
    items: page.map(deliveryOf),
    nextCursor:
      last !== undefined && page.length === input.limit
        ? { receivedAt: last.receivedAt.toISOString(), id: last.id }
        : null,
  };
};

export const syncRouter = router({
  /** How it stands: deliveries by status, whether work is paused, the last runs. */
  status: permitted('sync:view').query(async ({ ctx }) => {
    const control = controlFor(ctx);
    const [deliveries, paused, runs] = await Promise.all([
      control.deliveries.counts(),
      control.isPaused(),
      control.runs.list(5),
    ]);
    return { mode: control.mode, paused, deliveries, runs: runs.map(runOf) };
  }),

  /** Newest first. */
  deliveries: permitted('sync:view')
    .input(DeliveriesInput)
    .query(({ ctx, input }) => listDeliveries(controlFor(ctx), input)),

  /** A delivery's life: when it came, what it spoke of, how often it was tried, what changed. */
  delivery: permitted('sync:view')
    .input(z.object({ id: z.string() }))
    .query(async ({ ctx, input }) => {
      const found = await controlFor(ctx).deliveries.find(input.id);
      if (found === undefined) throw new AppError('NOT_FOUND', `There is no delivery ${input.id}.`);
      const { subjects, ...delivery } = found;
      return {
        ...deliveryOf(delivery),
        subjects: subjects.map((one) => ({ ...one, settledAt: one.settledAt?.toISOString() ?? null })),
      };
    }),

  /** What failed for good, with its last error. */
  deadLetters: permitted('sync:view')
    .input(DeliveriesInput.omit({ status: true }))
    .query(({ ctx, input }) => listDeliveries(controlFor(ctx), { ...input, status: 'failed' })),

  /** How far Permit was from Logto when it was last compared, without changing anything or before it was changed. */
  drift: permitted('sync:view').query(async ({ ctx }) => {
    const runs = await controlFor(ctx).runs.list(50);
    const last = runs.find(({ status }) => status === 'done');
    return last === undefined ? null : runOf(last);
  }),

  /** Tries the named deliveries again, or all dead letters. */
  replay: permitted('sync:replay')
    .input(ReplayInput)
    .mutation(async ({ ctx, input }) => ({
      replayed: await controlFor(ctx).replay('ids' in input ? input.ids : 'dead'),
    })),

  pause: permitted('sync:reconcile').mutation(async ({ ctx }) => {
    await controlFor(ctx).setPaused(true);
    return { paused: true };
  }),

  resume: permitted('sync:reconcile').mutation(async ({ ctx }) => {
    await controlFor(ctx).setPaused(false);
    return { paused: false };
  }),

  /** Starts a run over everything; `progress` tells how it gets on. */
  reconcile: permitted('sync:reconcile')
    .input(z.object({ dryRun: z.boolean().default(false), force: z.boolean().default(false) }))
    .mutation(async ({ ctx, input }) => {
      const control = controlFor(ctx);
      if (control.mode === 'payloads') {
        throw new AppError(
          'SYNC_NOT_CONFIGURED',
          'Without LOGTO_M2M_APP_ID there is nobody to ask what is true.',
        );
      }
      return {
        id: await control.requestRun({ ...input, reason: 'manual', requestedBy: ctx.identity.subject }),
      };
    }),

  /** The run as it is, again whenever it gets on, until it has ended. */
  progress: permitted('sync:view')
    .input(z.object({ id: z.uuid() }))
    .subscription(({ ctx, input, signal }) => watchRun(input.id, ctx, signal)),
});

async function* watchRun(id: string, ctx: SignedIn, hangUp: AbortSignal | undefined) {
  const control = controlFor(ctx);
  const { bus, stopping } = ctx.services;
  const end = AbortSignal.any([stopping, ...(hangUp === undefined ? [] : [hangUp])]);
  const emitter = new EventEmitter();
  const unsubscribe = bus.subscribe((message) => {
    if (message.kind === 'touched' || (message.kind === 'sync-run' && message.id === id))
      emitter.emit('change');
  });
  try {
    const changes = on(emitter, 'change', { signal: end });
    for (;;) {
      const run = await control.runs.find(id); // oxlint-disable-line no-await-in-loop -- a look after each change
      if (run === undefined) throw new AppError('NOT_FOUND', `There is no run ${id}.`);
      yield runOf(run);
      if (run.finishedAt !== null) return;
      await changes.next(); // oxlint-disable-line no-await-in-loop
    }
  } catch (error) {
    if (!end.aborted) throw error;
  } finally {
    unsubscribe();
  }
}
