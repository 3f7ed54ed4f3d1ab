import { setTimeout as sleep } from 'node:timers/promises';
import {
  defineDirectoryMapping,
  originAttribute,
  type DirectoryMapping,
  type LogtoEvent,
} from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { directoryMapping } from '@latchkey/policy/directory';
import { beforeEach, expect, test } from 'vitest';
import { createRecorder } from '../../../testing/recorder.ts';
import { createExecuteRun, type ExecuteRunDeps } from './execute-run.ts';

async function* pages<Item>(...items: Item[]): AsyncGenerator<Item[]> {
  yield items;
}
const ours = 'https://console.example/api/webhooks/logto';
const delivery = (id: string, result = 'Error') => ({
  id: `log of ${id}`,
  createdAt: 5,
  payload: {
    result,
    hookRequest: { body: { event: 'User.Created', createdAt: '2026-11-01T00:00:00.000Z', data: { id } } },
  },
});
const inPermit = (key: string) => ({
  key,
  email: null,
  firstName: null,
  lastName: null,
  attributes: { [originAttribute]: key },
  grants: [{ role: 'viewer', tenant: 'default' }],
  foreignTenants: new Set<string>(),
});

interface World {
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly users: { readonly id: string; readonly isSuspended?: boolean }[];
  readonly known: string[];
  readonly logs: Record<string, ReturnType<typeof delivery>[]>;
  readonly recoveredUntil: number | undefined;
  readonly signingKeys: string[];
  readonly mapping: DirectoryMapping;
  readonly refused: string;
  readonly outage: Error | undefined;
  readonly hasEnded: boolean;
}

const { calls, callsOf, clear } = createRecorder();
let window: { readonly from: number; readonly to: number } | undefined;
let finished: unknown;
beforeEach(() => {
  clear();
  [window, finished] = [undefined, undefined];
});
const record =
  (name: string) =>
  (...given: unknown[]): void =>
    void calls.push([name, ...given]);

function execute(changes: Partial<World>, signal = new AbortController().signal): Promise<void> {
  const world: World = {
    dryRun: false,
    force: false,
    users: [],
    known: [],
    logs: {},
    recoveredUntil: undefined,
    signingKeys: [],
    mapping: directoryMapping,
    refused: '',
    outage: undefined,
    hasEnded: false,
    ...changes,
  };
  const write =
    (name: string) =>
    async (subject: unknown): Promise<void> => {
      const key = typeof subject === 'string' ? subject : Object(subject).key;
      if (key === world.refused) throw new PermitApiError('no', { permitStatus: 422, cause: undefined });
      record('write')(name, key);
    };
  const user = async (id: string) => world.users.find((one) => one.id === id);
  let checksUnderWay = 0;
  const made = {
    mapping: world.mapping,
    logto: {
      user,
      isApplication: async () => false,
      accountCenter: async () => ({ enabled: true, fields: { customData: 'Edit' } }),
      rolesOf: async () => [],
      organizationsOf: async () => [],
      async *users() {
        if (world.outage !== undefined) throw world.outage;
        for (const user of world.users) {
          if (user.id === 'slow') await sleep(300);
          yield [user];
        }
      },
      organization: async () => undefined,
      organizations: () => pages(),
      members: () => pages(),
      userRoles: async () => [],
      holders: () => pages(),
      hooks: async () =>
        Object.keys(world.logs).map((url) => ({ id: url, signingKey: `key of ${url}`, config: { url } })),
      hookLogs: (hook: string, given: typeof window) => {
        window = given;
        return pages(...(world.logs[hook] ?? []));
      },
    },
    permit: {
      reads: {
        tenants: () => pages({ key: 'default', name: 'Default', description: null, attributes: {} }),
        users: () => pages(...world.known.map(inPermit)),
        tenant: async () => undefined,
        grantsOf: async (key: string) => inPermit(key).grants,
        user: async (key: string) => (world.known.includes(key) ? inPermit(key) : undefined),
        grantsOfAll: async (keys: readonly string[]) =>
          keys.flatMap((key) => inPermit(key).grants.map((grant) => ({ user: key, grant }))),
      },
      writes: new Proxy({}, { get: (_, name) => write(String(name)) }),
    },
    runs: {
      start: async (id: string) =>
        world.hasEnded ? undefined : { id, dryRun: world.dryRun, force: world.force },
      progress: async (...given: unknown[]) => record('stored progress')(...given),
      finish: async (_id: string, report: unknown) => {
        finished = report;
      },
      fail: async (...given: unknown[]) => record('failed')(...given),
    },
    signingKeys: world.signingKeys,
    state: {
      undelivered: async () => null,
      setUndelivered: async () => {},
      recoveredUntil: async () => world.recoveredUntil,
      setRecoveredUntil: async (time: number) => record('recovered until')(time),
    },
    inbox: {
      async receive(body: Buffer, event: LogtoEvent, source: string) {
        record('received')(JSON.parse(body.toString()), source);
        return Object(event.data).id === 'known' ? 'duplicate' : 'accepted';
      },
    },
    deliveries: {
      lastSentAt: async () => undefined,
      subjectsReceivedSince: async (time: Date) => {
        record('since')(time);
        return ['user:meanwhile'];
      },
      deleteOlderThan: async (days: number) => record('deleted older than')(days),
    },
    revocations: {
      gap: () => undefined,
      record: async (...given: unknown[]) => record('recorded')(...given),
      isRevoked: (subject: string) => subject === 'long',
      suspended: async () => ['back', 'long'],
      activeExcept: async (present: Iterable<string>) =>
        ['ann', 'lost'].filter((id) => ![...present].includes(id)),
      recordRun: async (began: Date) => record('recorded run')(began),
    },
    enqueue: async (...given: unknown[]) => record('enqueued')(...given),
    async checkStatus(id: string) {
      record('checked')(id, ++checksUnderWay);
      await sleep(1);
      checksUnderWay--;
    },
    record: () => () => {},
    openReading: () => ({ async add() {}, finish: async () => record('read completely')() }),
    onFactsChanged: record('facts changed'),
    onProgress: record('progress'),
    log: { info: record('info'), error: record('error'), warn: record('warn') },
  };
  const deps = made as unknown as ExecuteRunDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
  return createExecuteRun(deps)('r1', signal);
}

const [ann, long, sus] = [{ id: 'ann' }, { id: 'long', isSuspended: true }, { id: 'sus', isSuspended: true }];
const changed: Partial<World> = { users: [ann, long, sus], known: ['long', 'sus', 'old'] };

test('a run records its changes and refusals, counted by kind, removals first', async () => {
  await execute({ ...changed, refused: 'old' });
  expect(finished).toEqual({
    users: 3,
    tenants: 1,
    changes: expect.objectContaining({ 'create-user': 1, 'delete-user': 1, unassign: 2 }),
    sample: expect.arrayContaining(['ann: create-user viewer@default', 'sus: unassign viewer@default']),
    failed: 1,
    recovered: 0,
    untrusted: [],
  });
  const { changes, sample } = finished as { changes: Record<string, number>; sample: string[] }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- seen above
  expect(sample).toHaveLength(Object.values(changes).reduce((sum, count) => sum + count, 0));
  const removals = sample.map((line) => / (?:unassign|delete-user)/.test(line));
  expect(removals).toEqual(removals.toSorted((one, other) => Number(other) - Number(one)));
  expect(callsOf('info')).toEqual([['info', { run: 'r1', changes, failed: 1 }, 'directory reconciled']]);
  expect(callsOf('deleted older than')).toEqual([['deleted older than', 30]]);
  expect(callsOf('facts changed')).toHaveLength(1);
  expect(calls[0]).toEqual(['progress', 'r1']);
  expect(calls.at(-1)).toEqual(['progress', 'r1']);
});

test('a sample has a hundred operations', async () => {
  await execute({ users: Array.from({ length: 105 }, (_, index) => ({ id: `u${index}` })) });
  expect(finished).toMatchObject({ changes: { 'create-user': 105 }, sample: { length: 100 } });
});

test('checks every doubtful status again, and reconciles those accounts and the subjects received in the meantime', async () => {
  const before = Date.now();
  await execute(changed);
  expect(callsOf('recorded')).toEqual([['recorded', 'old', 'gone']]);
  const checked = callsOf('checked').map((one) => String(Object(one)[1]));
  // The newly suspended, the reactivated and the deleted user, but not the one who is already recorded as suspended.
  expect(checked.toSorted()).toEqual(['back', 'lost', 'sus']);
  expect(callsOf('enqueued')).toEqual([
    ['enqueued', ['user:sus', 'user:back', 'user:lost'], { force: true }],
    ['enqueued', ['user:meanwhile'], { force: true }],
  ]);
  const [[, began] = []] = callsOf('recorded run') as [string, Date][]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- reported above
  expect(callsOf('since')).toEqual([['since', began]]);
  expect(began?.getTime()).toBeGreaterThanOrEqual(before);
  const order = calls.map((one) => Object(one)[0]);
  expect(order.lastIndexOf('checked')).toBeLessThan(order.indexOf('recorded run'));
});

test('checks twenty doubtful accounts, eight at a time', async () => {
  const users = Array.from({ length: 20 }, (_, index) => ({ id: `s${index}`, isSuspended: true }));
  await execute({ users });
  const checked = callsOf('checked');
  expect(checked).toHaveLength(20 + 4);
  expect(Math.max(...checked.map((one) => Number(Object(one)[2])))).toBe(8);
});

test('a run without differences changes no facts', async () => {
  await execute({ users: [ann], known: ['ann'] });
  expect(finished).toMatchObject({ changes: {}, sample: [], failed: 0 });
  expect(callsOf('facts changed')).toEqual([]);
});

test('reports an attribute that users can edit themselves, and logs an error', async () => {
  const mapping = defineDirectoryMapping(policy, { attributes: { clearance: 'customData.clearance' } });
  await execute({ mapping, users: [ann] });
  expect(finished).toMatchObject({ untrusted: ['clearance'] });
  expect(callsOf('error')).toEqual([['error', { run: 'r1', attributes: ['clearance'] }, expect.any(String)]]);
});

test('a dry run finds the same, and neither writes, recovers, records nor queues anything', async () => {
  await execute({ ...changed, dryRun: true, logs: { [ours]: [delivery('x')] } });
  expect(finished).toMatchObject({ changes: { 'create-user': 1, 'delete-user': 1 }, recovered: 0 });
  for (const name of [
    'write',
    'received',
    'recorded',
    'recorded run',
    'checked',
    'enqueued',
    'facts changed',
  ])
    expect(callsOf(name)).toEqual([]);
});

test('receives the failed deliveries to this endpoint, and counts the new ones', async () => {
  await execute({
    logs: {
      [ours]: [
        delivery('new'),
        delivery('another'),
        delivery('known'),
        delivery('made', 'Success'),
        delivery('x'.repeat(3_000)),
      ],
      'https://proxy.example/console/api/webhooks/logto': [delivery('behind')],
      'https://elsewhere.example/api/webhooks/logto/2': [delivery('elsewhere')],
      'no url': [delivery('elsewhere')],
    },
  });
  expect(finished).toMatchObject({ recovered: 3 });
  expect(callsOf('received')).toEqual(
    ['new', 'another', 'known', 'behind'].map((id) => [
      'received',
      delivery(id).payload.hookRequest.body,
      'recovered',
    ]),
  );
});

test('of webhooks to several servers, only the one with a key of this server counts', async () => {
  const elsewhere = 'https://staging.example/api/webhooks/logto';
  await execute({
    signingKeys: [`key of ${ours}`],
    logs: { [elsewhere]: [delivery('theirs')], [ours]: [delivery('own')] },
  });
  expect(callsOf('received')).toEqual([['received', delivery('own').payload.hookRequest.body, 'recovered']]);
});

const [minute, day] = [60_000, 86_400_000];

test.each([
  ['never', undefined, 7 * day + 10 * minute],
  ['an hour ago', 60 * minute, 70 * minute],
  ['a month ago', 30 * day, 7 * day + 10 * minute],
])(
  "when Logto's log was read %s, reads it from slightly before, for at most a week",
  async (_, ago, back) => {
    const now = Date.now();
    await execute({ logs: { [ours]: [] }, recoveredUntil: ago === undefined ? undefined : now - ago });
    const { from = 0, to = 0 } = window ?? {};
    expect(Math.abs(to - now)).toBeLessThan(minute);
    expect(Math.abs(now - back - from)).toBeLessThan(minute);
    expect(callsOf('recovered until')).toEqual([['recovered until', to]]);
  },
);

test('refuses a run that would remove something from too many users with the numbers, unless it is forced', async () => {
  const known = Array.from({ length: 60 }, (_, index) => `old${index}`);
  await execute({ known });
  const problem = { code: 'SYNC_MASS_CHANGE', affected: 60, allowed: 50, total: 61 };
  expect(callsOf('failed')).toEqual([['failed', 'r1', { ...problem, message: expect.any(String) }]]);
  expect([finished, ...callsOf('write'), ...callsOf('recorded run')]).toEqual([undefined]);
  expect(callsOf('error')).toEqual([['error', { run: 'r1', code: 'SYNC_MASS_CHANGE' }, expect.any(String)]]);
  expect(calls.at(-1)).toEqual(['progress', 'r1']);
  await execute({ known, force: true });
  expect(finished).toMatchObject({ changes: { 'delete-user': 60 } });
});

test('a run ended by an outage fails with its code', async () => {
  await execute({ outage: new PermitApiError('no answer', { permitStatus: 503, cause: undefined }) });
  expect(callsOf('failed')).toEqual([
    ['failed', 'r1', { code: 'PERMIT_UNAVAILABLE', status: 503, message: 'no answer' }],
  ]);
  expect(callsOf('recorded run')).toEqual([]);
});

test('a run interrupted by shutdown has not failed, and another worker continues it', async () => {
  const stopping = AbortSignal.abort(new Error('The server stops.'));
  await expect(execute({ outage: new Error('stopped') }, stopping)).rejects.toThrow();
  expect([...callsOf('failed'), ...callsOf('error'), finished]).toEqual([undefined]);
});

test('does not repeat a run that has ended', async () => {
  await execute({ ...changed, hasEnded: true });
  expect([calls, finished]).toEqual([[], undefined]);
});

test('stores each progress step, and notifies watchers', async () => {
  await execute(changed);
  const steps = callsOf('stored progress').map((one) => Object(one)[2].step);
  expect(new Set(steps)).toEqual(new Set(['reading', 'checking', 'applying', 'done']));
  // Reports more often than four times a second only if the step changes.
  expect(callsOf('progress').length).toBe(2 + steps.length);
});

test('stores steps of one kind at most every quarter of a second', async () => {
  const began = performance.now();
  await execute({
    users: [...Array.from({ length: 60 }, (_, index) => ({ id: `u${index}` })), { id: 'slow' }],
  });
  const quarters = Math.floor((performance.now() - began) / 250);
  const read = callsOf('stored progress').filter((one) => Object(one)[2].step === 'reading');
  expect(read.length).toBeGreaterThanOrEqual(2);
  expect(read.length).toBeLessThanOrEqual(1 + quarters);
});
