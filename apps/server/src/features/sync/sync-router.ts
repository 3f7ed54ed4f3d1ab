import { z } from 'zod';
import { RowId, StorableText } from '../../platform/text-input.ts';
import { AppError } from '../../platform/app-error.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { createNameSubjects, type NameSubjectsDeps } from './name-subjects.ts';
import type { Run } from './runs/run-store.ts';
import type { SyncControl } from './sync-control.ts';
import { causeOf, type Undelivered } from './runs/sync-state.ts';

const DeliveriesInput = z.object({
  status: z.enum(['pending', 'applied', 'ignored', 'failed']).optional(),
  event: StorableText.max(100).optional(),
  /** The subject, `user:<id>` or `organization:<id>`, with a Logto id. */
  subject: StorableText.max(300).optional(),
  cursor: StorableText.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
const ReplayInput = z.union([
  z.object({ ids: z.array(StorableText).min(1).max(1_000) }),
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
const runOf = <T extends Run>({ createdAt, startedAt, finishedAt, ...rest }: T) => ({
  ...rest,
  createdAt: createdAt.toISOString(),
  startedAt: startedAt?.toISOString() ?? null,
  finishedAt: finishedAt?.toISOString() ?? null,
});

const undeliveredOf = ({ since, lastAt, ...rest }: Undelivered) => ({
  ...rest,
  cause: causeOf({ since, lastAt, ...rest }),
  since: new Date(since).toISOString(),
  lastAt: new Date(lastAt).toISOString(),
});

/** `failing`: a delivery failed and is retried. `delayed`: deliveries wait for longer than usual, or cannot arrive. */
type State = 'running' | 'paused' | 'delayed' | 'failing';

/** A dry run corrects no difference. For a refused run, only the number of users who would lose something is known. */
const driftOf = ({ dryRun, report, problem }: Run) => {
  if (problem?.code === 'SYNC_MASS_CHANGE') return { open: problem.affected, corrected: 0 };
  const found = Object.values(report?.changes ?? {}).reduce((sum, count) => sum + count, 0);
  const open = dryRun ? found : (report?.failed ?? 0);
  return { open, corrected: found - open };
};

export interface SyncRouterDeps extends NameSubjectsDeps {
  readonly control: SyncControl;
  readonly audit: Pick<Audit, 'changing'>;
}

/** Procedures for operators. They work only in the tenant `default`. */
export function createSyncRouter(deps: SyncRouterDeps) {
  const { control, audit } = deps;
  const nameSubjects = createNameSubjects(deps);
  const listDeliveries = async (input: z.output<typeof DeliveriesInput>) => {
    const page = await control.deliveries.list({ ...input, after: input.cursor });
    return {
      items: (await nameSubjects.ofDeliveries(page)).map(deliveryOf),
      nextCursor: page.length === input.limit ? (page.at(-1)?.id ?? null) : null,
    };
  };
  const namedRun = async (run: Run) => {
    const [named = { ...run, names: {} }] = await nameSubjects.ofRuns([run]);
    return runOf(named);
  };
  const setPaused = (paused: boolean) =>
    permitted('sync:reconcile').mutation(async ({ ctx }) => {
      const before = { paused: await control.isPaused() };
      await audit.changing(
        { ...originOf(ctx), action: paused ? 'sync.pause' : 'sync.resume', before, after: { paused } },
        () => control.setPaused(paused),
        () => (before.paused === paused ? undefined : {}),
      );
      return { paused };
    });
  return router({
    /**
     * Returns the state of sync, the number of deliveries by status, the delayed deliveries and why they failed, the
     * undelivered events, the latest runs, and the latest run that has ended and was not a dry run.
     */
    status: permitted('sync:view').query(async () => {
      const [deliveries, undelivered, { oldestAt, delayed }, paused, runs, lastReal] = await Promise.all([
        control.deliveries.counts(),
        control.undelivered(),
        control.deliveries.backlog(),
        control.isPaused(),
        control.runs.list(5),
        control.runs.lastReal(),
      ]);
      const isFailing = delayed !== null && delayed.failure !== null;
      const isDelayed = delayed !== null || undelivered !== null;
      const state: State = paused ? 'paused' : isFailing ? 'failing' : isDelayed ? 'delayed' : 'running';
      return {
        mode: control.mode,
        state,
        paused,
        deliveries,
        delayed: delayed && { ...delayed, since: delayed.since.toISOString() },
        undelivered: undelivered && undeliveredOf(undelivered),
        oldestPendingAt: oldestAt?.toISOString() ?? null,
        runs: (await nameSubjects.ofRuns(runs)).map(runOf),
        lastReal: lastReal === undefined ? null : await namedRun(lastReal),
      };
    }),

    /** Lists deliveries, newest first. */
    deliveries: permitted('sync:view')
      .input(DeliveriesInput)
      .query(({ input }) => listDeliveries(input)),

    /**
     * Returns one delivery: its subjects with their changes, its failed attempts (at most 20, newest first), and when
     * the next attempt is due, or `null`. A unique prefix of the id, of at least four characters, is sufficient.
     */
    delivery: permitted('sync:view')
      .input(z.object({ id: StorableText.min(4).max(100) }))
      .query(async ({ input }) => {
        const [id, another] = await control.deliveries.idsFrom(input.id);
        if (another !== undefined)
          throw new AppError(
            'INPUT_INVALID',
            `Several deliveries begin with ${input.id}: enter more of the id.`,
          );
        const found = id === undefined ? undefined : await control.deliveries.find(id);
        if (found === undefined) throw new AppError('NOT_FOUND', `There is no delivery ${input.id}.`);
        const { subjects, failedAttempts, ...delivery } = found;
        const open = subjects.filter(({ settledAt }) => settledAt === null).map(({ subject }) => subject);
        const next = delivery.status === 'pending' ? await control.nextAttemptAt(open) : undefined;
        const [named] = await nameSubjects.ofDeliveries([
          {
            subjects: subjects.map(({ subject }) => subject),
            changes: subjects.flatMap(({ changes }) => changes ?? []),
          },
        ]);
        return {
          ...deliveryOf(delivery),
          names: named?.names ?? {},
          subjects: subjects.map((one) => ({ ...one, settledAt: one.settledAt?.toISOString() ?? null })),
          failedAttempts: failedAttempts.map((one) => ({ ...one, failedAt: one.failedAt.toISOString() })),
          nextAttemptAt: next?.toISOString() ?? null,
        };
      }),

    /** Lists the deliveries that failed permanently, each with its last error, newest first. */
    deadLetters: permitted('sync:view')
      .input(DeliveriesInput.omit({ status: true }))
      .query(({ input }) => listDeliveries({ ...input, status: 'failed' })),

    /**
     * Returns the last run that was completed or refused, with the number of differences between Logto and Permit that
     * it left `open` and that it `corrected`; `null` if there is none. `unknownSince`: when a later delivery was
     * received that is not applied, or a later run failed. Whether there is drift is then unknown; `null` otherwise.
     */
    drift: permitted('sync:view').query(async () => {
      const runs = await control.runs.list(50);
      const place = runs.findIndex(({ status }) => status === 'done' || status === 'refused');
      const last = runs[place];
      if (last === undefined) return null;
      const unapplied = await control.deliveries.unappliedSince(last.startedAt ?? last.createdAt);
      const failed = runs
        .slice(0, place)
        .flatMap(({ status, finishedAt }) => (status === 'failed' ? finishedAt : null));
      const [unknownSince] = [unapplied, ...failed]
        .filter((time) => time !== null)
        .toSorted((one, other) => +one - +other);
      return { ...runOf(last), ...driftOf(last), unknownSince: unknownSince?.toISOString() ?? null };
    }),

    /** Processes the named deliveries, or all dead letters, again: immediately and with priority. */
    replay: permitted('sync:replay')
      .input(ReplayInput)
      .mutation(async ({ ctx, input }) => ({
        replayed: await audit.changing(
          { ...originOf(ctx), action: 'sync.replay' },
          () => control.replay('ids' in input ? input.ids : 'dead'),
          (replayed) => (replayed === 0 ? undefined : { after: { replayed } }),
        ),
      })),

    pause: setPaused(true),

    resume: setPaused(false),

    /** Starts a run over the whole directory. Use `progress` to follow it. */
    reconcile: permitted('sync:reconcile')
      .input(z.object({ dryRun: z.boolean().default(false), force: z.boolean().default(false) }))
      .mutation(async ({ ctx, input }) => {
        if (control.mode === 'payloads') {
          throw new AppError(
            'SYNC_NOT_CONFIGURED',
            'Without LOGTO_M2M_APP_ID the server cannot read the state from Logto.',
          );
        }
        const requestedBy = ctx.identity.subject;
        const id = await audit.changing(
          { ...originOf(ctx), action: 'sync.reconcile', after: input },
          () => control.requestRun({ ...input, reason: 'manual', requestedBy }),
          (run) => ({ on: { resource: 'runs', key: run } }),
        );
        return { id };
      }),

    /** Emits the run immediately and whenever it has new progress, until it has ended. */
    progress: permitted('sync:view')
      .input(z.object({ id: RowId }))
      .subscription(({ ctx: { identity, permissions, subscriptions }, input: { id }, signal }) => {
        const changes = subscriptions.open({
          identity,
          signal,
          // The subscription begins before the run is first read, so that no progress in between is missed.
          startNow: true,
          subscribe: (onChange) => control.watchRun(id, onChange),
          recheck: () => permissions.require('sync:view'),
        });
        return watchRun(changes, async () => {
          const run = await control.runs.find(id);
          if (run === undefined) throw new AppError('NOT_FOUND', `There is no run ${id}.`);
          return namedRun(run);
        });
      }),
  });
}

async function* watchRun<Seen extends { readonly finishedAt: string | null }>(
  changes: AsyncGenerator<void, void, void>,
  read: () => Promise<Seen>,
) {
  for await (const _ of changes) {
    const run = await read();
    yield run;
    if (run.finishedAt !== null) return;
  }
}
