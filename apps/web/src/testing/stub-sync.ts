import { z } from 'zod';
import { fail, ById, type StubProcedures, type StubStreams } from './stub-procedures.ts';

const failure = (code: string, status: number) => ({
  kind: 'error',
  code,
  status,
  detail: `Permit answered ${status}`,
});
const unsettled = (subject: string) => ({
  subject,
  settledAt: null as string | null,
  changes: null as string[] | null,
});

/** A run as the server describes it; `changes` are the changes that it found. */
export function stubRun(id: string, changes: Record<string, number>, rest: object = {}) {
  return {
    id,
    reason: 'manual',
    dryRun: true,
    force: false,
    requestedBy: 'u-admin',
    names: { 'u-admin': 'Amelia Hart', 'u-9': 'Nora Lind' } as Record<string, string>,
    status: 'done',
    progress: null,
    report: {
      users: 3,
      tenants: 1,
      changes,
      sample: ['u-9: create-user viewer@default'],
      failed: 0,
      recovered: 0,
      untrusted: [] as string[],
    },
    problem: null,
    createdAt: '2026-11-24T09:00:00.000Z',
    startedAt: '2026-11-24T09:00:00.000Z',
    finishedAt: '2026-11-24T09:00:01.000Z',
    ...rest,
  };
}

/** The state of sync in a test: a pending delivery, a dead letter, and an applied one. */
export function createStubSync() {
  return {
    paused: false,
    undelivered: null as object | null,
    unknownSince: null as string | null,
    runs: [] as ReturnType<typeof stubRun>[],
    deliveries: [
      {
        id: 'd-3',
        event: 'Organization.Membership.Updated',
        source: 'webhook',
        status: 'pending',
        attempts: 5,
        names: { 'user:u-6': 'Mina Park' } as Record<string, string>,
        outcome: failure('PERMIT_UNAVAILABLE', 503) as object,
        receivedAt: '2026-11-24T09:20:00.000Z',
        settledAt: null as string | null,
        subjects: ['user:u-6', 'user:u-7'].map(unsettled),
        failedAttempts: [54, 43, 32, 21, 10].map((second) => ({
          subject: 'user:u-6',
          failedAt: `2026-11-24T09:20:${second}.000Z`,
          ...failure('PERMIT_UNAVAILABLE', 503),
        })),
        nextAttemptAt: new Date(Date.now() + 41_000).toISOString() as string | null,
      },
      {
        id: 'd-2',
        event: 'User.Deleted',
        source: 'webhook',
        status: 'failed',
        attempts: 2,
        names: {},
        outcome: failure('PERMIT_REFUSED', 422),
        receivedAt: '2026-11-24T09:10:00.000Z',
        settledAt: null as string | null,
        subjects: [unsettled('user:u-8')],
        failedAttempts: [
          {
            subject: 'user:u-8',
            failedAt: '2026-11-24T09:10:01.000Z',
            ...failure('PERMIT_REFUSED', 422),
          },
        ],
        nextAttemptAt: null,
      },
      {
        id: 'd-1',
        event: 'PostRegister',
        source: 'webhook',
        status: 'applied',
        attempts: 1,
        names: { 'user:u-9': 'Nora Lind', 'tenant:acme': 'Acme Logistik' } as Record<string, string>,
        outcome: { kind: 'applied' },
        receivedAt: '2026-11-24T09:00:00.000Z',
        settledAt: '2026-11-24T09:00:01.000Z',
        subjects: [
          {
            subject: 'user:u-9',
            settledAt: '2026-11-24T09:00:01.000Z',
            changes: ['create-user viewer@default admin@acme editor@gone'],
          },
        ],
        failedAttempts: [],
        nextAttemptAt: null,
      },
    ],
  };
}
type StubSync = ReturnType<typeof createStubSync>;

/** The response of `sync.status`. */
function stubSyncStatus({ deliveries, runs, paused, undelivered }: StubSync) {
  const count = (status: string): number =>
    deliveries.filter((delivery) => delivery.status === status).length;
  const failing = deliveries.filter(
    ({ status, outcome }) => status === 'pending' && Object(outcome).kind === 'error',
  );
  const [last] = failing;
  return {
    mode: 'management-api',
    state: paused ? 'paused' : last !== undefined ? 'failing' : undelivered === null ? 'running' : 'delayed',
    paused,
    delayed:
      last === undefined ? null : { count: failing.length, since: last.receivedAt, failure: last.outcome },
    deliveries: {
      pending: count('pending'),
      applied: count('applied'),
      ignored: count('ignored'),
      failed: count('failed'),
    },
    undelivered,
    oldestPendingAt: deliveries.findLast(({ status }) => status === 'pending')?.receivedAt ?? null,
    runs,
    lastReal: runs.find(({ dryRun }) => !dryRun) ?? null,
  };
}

/** The response of `sync.drift`. */
function stubDrift({ runs, unknownSince }: StubSync) {
  const last = runs.find(({ status }) => status === 'done');
  const found = Object.values(last?.report?.changes ?? {}).reduce((sum, count) => sum + count, 0);
  const [open, corrected] = last?.dryRun === true ? [found, 0] : [0, found];
  return last === undefined ? null : { ...last, open, corrected, unknownSince };
}

/** The items of `sync.deliveries`. */
function stubDeliveries(
  { deliveries }: StubSync,
  { status, event }: { readonly status?: string | undefined; readonly event?: string | undefined },
) {
  return deliveries
    .filter(
      (one) =>
        (status === undefined || one.status === status) && (event === undefined || one.event === event),
    )
    .map(({ subjects, ...rest }) => ({
      ...rest,
      subjects: subjects.map(({ subject }) => subject),
      subjectCount: subjects.length,
    }));
}

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
