import { EventEmitter, on } from 'node:events';
import { defaultTenant } from '@latchkey/directory-sync';
import { z } from 'zod';
import { PermissionDeniedError, rolesGranting } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { AppError } from '../app-error.ts';
import type { Services } from '../trpc/context.ts';
import { permitted, router } from '../trpc/trpc.ts';
import type { SyncControl } from './open-directory-sync.ts';
import type { Run } from './runs.ts';

/** Sync works on everybody's directory: what counts are the roles in the installation, not those in an organization. */
const operated = (permission: Extract<AppPermission, `sync:${string}`>) =>
  permitted(permission).use(({ ctx: { identity, services }, next }) => {
    if (identity.tenant === defaultTenant) return next({ ctx: { control: services.sync } });
    const grantedBy = rolesGranting(policy, permission).tenant;
    throw new PermissionDeniedError({ outcome: 'deny', permission, reason: 'no_permission', grantedBy });
  });

const DeliveriesInput = z.object({
  status: z.enum(['pending', 'applied', 'ignored', 'failed']).optional(),
  event: z.string().max(100).optional(),
  /** `user:<id>` or `organization:<id>`, Logto's ids. */
  subject: z.string().max(300).optional(),
  /** The last delivery of the page before. */
  cursor: z.string().optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
const ReplayInput = z.union([
  z.object({ ids: z.array(z.string()).min(1).max(1_000) }),
  z.object({ dead: z.literal(true) }),
]);

interface Times {
  readonly receivedAt: Date;
  readonly settledAt: Date | null;
}
const deliveryOf = <T extends Times>({ receivedAt, settledAt, ...rest }: T) => ({
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

/** A dry run leaves everything that it found; of a refused one only those are known who would have lost something. */
const driftOf = ({ dryRun, report, problem }: Run) => {
  if (problem?.code === 'SYNC_MASS_CHANGE') return { open: problem.affected, corrected: 0 };
  const found = Object.values(report?.changes ?? {}).reduce((sum, count) => sum + count, 0);
  const open = dryRun ? found : (report?.failed ?? 0);
  return { open, corrected: found - open };
};

const listDeliveries = async (control: SyncControl, input: z.output<typeof DeliveriesInput>) => {
  const page = await control.deliveries.list({ ...input, after: input.cursor });
  return {
    items: page.map(deliveryOf),
    nextCursor: page.length === input.limit ? (page.at(-1)?.id ?? null) : null,
  };
};

export const syncRouter = router({
  /** How it stands: deliveries by status, whether work is paused, the last runs, and the last that ended and was not dry. */
  status: operated('sync:view').query(async ({ ctx: { control } }) => {
    const [deliveries, oldest, paused, runs, lastReal] = await Promise.all([
      control.deliveries.counts(),
      control.deliveries.oldestPendingAt(),
      control.isPaused(),
      control.runs.list(5),
      control.runs.lastReal(),
    ]);
    return {
      mode: control.mode,
      paused,
      deliveries,
      oldestPendingAt: oldest?.toISOString() ?? null,
      runs: runs.map(runOf),
      lastReal: lastReal === undefined ? null : runOf(lastReal),
    };
  }),

  /** Newest first. */
  deliveries: operated('sync:view')
    .input(DeliveriesInput)
    .query(({ ctx, input }) => listDeliveries(ctx.control, input)),

  /**
   * A delivery's life: when it came, what it spoke of, what changed; its failed attempts, the newest of at most 20 first;
   * and when the next one is due, `null` when it does not wait for one.
   */
  delivery: operated('sync:view')
    .input(z.object({ id: z.string() }))
    .query(async ({ ctx: { control }, input }) => {
      const found = await control.deliveries.find(input.id);
      if (found === undefined) throw new AppError('NOT_FOUND', `There is no delivery ${input.id}.`);
      const { subjects, failedAttempts, ...delivery } = found;
      const open = subjects.filter(({ settledAt }) => settledAt === null).map(({ subject }) => subject);
      const next = delivery.status === 'pending' ? await control.nextLookAt(open) : undefined;
      return {
        ...deliveryOf(delivery),
        subjects: subjects.map((one) => ({ ...one, settledAt: one.settledAt?.toISOString() ?? null })),
        failedAttempts: failedAttempts.map((one) => ({ ...one, failedAt: one.failedAt.toISOString() })),
        nextAttemptAt: next?.toISOString() ?? null,
      };
    }),

  /** What failed for good, with its last error. */
  deadLetters: operated('sync:view')
    .input(DeliveriesInput.omit({ status: true }))
    .query(({ ctx, input }) => listDeliveries(ctx.control, { ...input, status: 'failed' })),

  /** How far Permit was from Logto when they were last compared: what that run left `open`, and what it `corrected`. */
  drift: operated('sync:view').query(async ({ ctx }) => {
    const runs = await ctx.control.runs.list(50);
    const last = runs.find(({ status }) => status === 'done' || status === 'refused');
    return last === undefined ? null : { ...runOf(last), ...driftOf(last) };
  }),

  /** Tries the named deliveries again, or all dead letters: at once, before those that wait. */
  replay: operated('sync:replay')
    .input(ReplayInput)
    .mutation(async ({ ctx, input }) => ({
      replayed: await ctx.control.replay('ids' in input ? input.ids : 'dead'),
    })),

  pause: operated('sync:reconcile').mutation(async ({ ctx }) => {
    await ctx.control.setPaused(true);
    return { paused: true };
  }),

  resume: operated('sync:reconcile').mutation(async ({ ctx }) => {
    await ctx.control.setPaused(false);
    return { paused: false };
  }),

  /** Starts a run over everything; `progress` tells how it gets on. */
  reconcile: operated('sync:reconcile')
    .input(z.object({ dryRun: z.boolean().default(false), force: z.boolean().default(false) }))
    .mutation(async ({ ctx: { control, identity }, input }) => {
      if (control.mode === 'payloads') {
        throw new AppError(
          'SYNC_NOT_CONFIGURED',
          'Without LOGTO_M2M_APP_ID there is nobody to ask what is true.',
        );
      }
      return {
        id: await control.requestRun({ ...input, reason: 'manual', requestedBy: identity.subject }),
      };
    }),

  /** The run as it is, again whenever it gets on, until it has ended. */
  progress: operated('sync:view')
    .input(z.object({ id: z.uuid() }))
    .subscription(({ ctx, input, signal }) => watchRun(input.id, ctx.services, signal)),
});

async function* watchRun(
  id: string,
  { sync: control, bus, stopping }: Services,
  hangUp: AbortSignal | undefined,
) {
  const end = AbortSignal.any([stopping, ...(hangUp === undefined ? [] : [hangUp])]);
  const emitter = new EventEmitter();
  const unsubscribe = bus.subscribe((message) => {
    if (message.kind === 'invalidated' || (message.kind === 'sync-run' && message.id === id))
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
