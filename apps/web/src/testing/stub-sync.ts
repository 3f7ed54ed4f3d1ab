import type { Outputs } from '../api/trpc.ts';
import { fail, type Answers, type Organization } from './answers.ts';

type Run = Outputs['sync']['status']['runs'][number];
type Delivery = Outputs['sync']['delivery'];
type Failure = Extract<Delivery['outcome'], { readonly kind: 'error' }>;

/** A run as the server describes it; `changes` are the changes that it found. */
export function stubRun(
  id: string,
  changes: NonNullable<Run['report']>['changes'],
  rest: Partial<Run> = {},
): Run {
  return {
    id,
    reason: 'manual',
    dryRun: true,
    force: false,
    requestedBy: 'u-admin',
    names: { 'u-admin': 'Amelia Hart', 'u-9': 'Nora Lind' },
    status: 'done',
    progress: null,
    report: {
      users: 3,
      tenants: 1,
      changes,
      sample: ['u-9: create-user viewer@default'],
      failed: 0,
      recovered: 0,
      untrusted: [],
    },
    problem: null,
    createdAt: '2026-11-24T09:00:00.000Z',
    startedAt: '2026-11-24T09:00:00.000Z',
    finishedAt: '2026-11-24T09:00:01.000Z',
    ...rest,
  };
}

/** A delivery that has failed, first at the last of these times. */
function failing(failure: Omit<Required<Failure>, 'kind'>, subject: string, times: readonly string[]) {
  return {
    source: 'webhook',
    settledAt: null,
    outcome: { kind: 'error', ...failure },
    failedAttempts: times.map((failedAt) => ({ subject, failedAt, ...failure })),
  } as const;
}
const unsettled = (subject: string) => ({ subject, settledAt: null, changes: null });

/** A pending delivery, a dead letter, and an applied one. */
export const stubDeliveries = (): Delivery[] => [
  {
    id: 'd-3',
    event: 'Organization.Membership.Updated',
    status: 'pending',
    attempts: 5,
    names: { 'user:u-6': 'Mina Park' },
    receivedAt: '2026-11-24T09:20:00.000Z',
    subjects: ['user:u-6', 'user:u-7'].map(unsettled),
    nextAttemptAt: new Date(Date.now() + 41_000).toISOString(),
    ...failing(
      { code: 'PERMIT_UNAVAILABLE', status: 503, detail: 'Permit answered 503' },
      'user:u-6',
      [54, 43, 32, 21, 10].map((second) => `2026-11-24T09:20:${second}.000Z`),
    ),
  },
  {
    id: 'd-2',
    event: 'User.Deleted',
    status: 'failed',
    attempts: 2,
    names: {},
    receivedAt: '2026-11-24T09:10:00.000Z',
    subjects: [unsettled('user:u-8')],
    nextAttemptAt: null,
    ...failing({ code: 'PERMIT_REFUSED', status: 422, detail: 'Permit answered 422' }, 'user:u-8', [
      '2026-11-24T09:10:01.000Z',
    ]),
  },
  {
    id: 'd-1',
    event: 'PostRegister',
    source: 'webhook',
    status: 'applied',
    attempts: 1,
    names: { 'user:u-9': 'Nora Lind', 'tenant:acme': 'Acme Logistik' },
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
];

/** Of a run that would remove 60 roles, unless it is forced. */
const refusal: Partial<Run> = {
  status: 'refused',
  report: null,
  problem: { code: 'SYNC_MASS_CHANGE', affected: 60, allowed: 50, total: 4_000, message: '' },
};

export function syncAnswers(organization: Organization): Answers['sync'] {
  const { runs } = organization;
  const withStatus = (status: string): Delivery[] =>
    organization.deliveries.filter((one) => one.status === status);
  return {
    status: () => {
      const pending = withStatus('pending');
      const failed = pending.filter(({ outcome }) => outcome?.kind === 'error');
      const [last] = failed;
      return {
        mode: 'management-api',
        state: organization.paused ? 'paused' : last === undefined ? 'running' : 'failing',
        paused: organization.paused,
        delayed:
          last?.outcome?.kind !== 'error'
            ? null
            : { count: failed.length, since: last.receivedAt, failure: last.outcome },
        deliveries: {
          pending: pending.length,
          applied: withStatus('applied').length,
          ignored: 0,
          failed: withStatus('failed').length,
        },
        undelivered: null,
        oldestPendingAt: pending.at(-1)?.receivedAt ?? null,
        runs,
        lastReal: runs.find(({ dryRun }) => !dryRun) ?? null,
      };
    },
    drift: () => {
      const last = runs.find(({ status }) => status === 'done');
      if (last === undefined) return null;
      const found = Object.values(last.report?.changes ?? {}).reduce((sum, one) => sum + one, 0);
      const [open, corrected] = last.dryRun ? [found, 0] : [0, found];
      return { ...last, open, corrected, unknownSince: null };
    },
    deliveries: ({ status, event }) => ({
      items: organization.deliveries
        .filter((one) => (status ?? one.status) === one.status && (event ?? one.event) === one.event)
        .map(({ subjects, ...rest }) => ({
          ...rest,
          subjects: subjects.map(({ subject }) => subject),
          subjectCount: subjects.length,
        })),
      nextCursor: null,
    }),
    delivery: ({ id }) => {
      const delivery = organization.deliveries.find((one) => one.id === id);
      if (delivery === undefined) throw fail('NOT_FOUND');
      return delivery;
    },
    replay: (input) => {
      const ids = 'ids' in input ? input.ids : withStatus('failed').map(({ id }) => id);
      for (const delivery of organization.deliveries)
        if (ids.includes(delivery.id)) Object.assign(delivery, { status: 'pending', nextAttemptAt: null });
      return { replayed: ids.length };
    },
    pause: () => ({ paused: (organization.paused = true) }),
    resume: () => ({ paused: (organization.paused = false) }),
    reconcile: ({ dryRun = false, force = false }) => {
      const id = `00000000-0000-4000-8000-00000000000${runs.length}`;
      const changes = { 'create-user': 1, unassign: 60 };
      runs.unshift(stubRun(id, changes, { dryRun, force, ...(force ? {} : refusal) }));
      return { id };
    },
    // The stream repeats it after each change, until the run ends.
    progress: ({ id }) => runs.find((one) => one.id === id),
  };
}
