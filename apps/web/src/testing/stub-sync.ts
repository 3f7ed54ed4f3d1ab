/** A run as the server tells of it; `changes` is what it found. */
export function stubRun(id: string, changes: Record<string, number>, rest: object = {}) {
  return {
    id,
    reason: 'manual',
    dryRun: true,
    force: false,
    requestedBy: 'u-admin',
    status: 'done',
    progress: null,
    report: {
      users: 3,
      tenants: 1,
      changes,
      sample: ['u-9: create-user viewer@default'],
      failed: 0,
      recovered: 0,
    },
    problem: null,
    createdAt: '2026-11-24T09:00:00.000Z',
    startedAt: '2026-11-24T09:00:00.000Z',
    finishedAt: '2026-11-24T09:00:01.000Z',
    ...rest,
  };
}

/** What sync knows in a test: a delivery that was applied, and one that was given up. */
export function createStubSync() {
  return {
    paused: false,
    runs: [] as ReturnType<typeof stubRun>[],
    deliveries: [
      {
        id: 'd-2',
        event: 'User.Deleted',
        source: 'webhook',
        status: 'failed',
        attempts: 2,
        outcome: { kind: 'error', reason: 'Permit answered 422' } as object,
        receivedAt: '2026-11-24T09:10:00.000Z',
        settledAt: null as string | null,
        subjects: [
          { subject: 'user:u-8', settledAt: null as string | null, changes: null as string[] | null },
        ],
      },
      {
        id: 'd-1',
        event: 'PostRegister',
        source: 'webhook',
        status: 'applied',
        attempts: 1,
        outcome: { kind: 'applied' },
        receivedAt: '2026-11-24T09:00:00.000Z',
        settledAt: '2026-11-24T09:00:01.000Z',
        subjects: [
          {
            subject: 'user:u-9',
            settledAt: '2026-11-24T09:00:01.000Z',
            changes: ['create-user viewer@default'],
          },
        ],
      },
    ],
  };
}
export type StubSync = ReturnType<typeof createStubSync>;
