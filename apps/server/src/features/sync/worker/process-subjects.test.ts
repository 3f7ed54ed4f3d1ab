import { setTimeout as sleep } from 'node:timers/promises';
import { PermitApiError } from '@latchkey/permissions/permit';
import { directoryMapping } from '@latchkey/policy/directory';
import { beforeEach, expect, test, vi } from 'vitest';
import { createRecorder } from '../../../testing/recorder.ts';
import { createProcessSubjects, type ProcessSubjectsDeps } from './process-subjects.ts';

const { calls, callsOf, clear } = createRecorder();
/** Requests a run. Called only for the subject `directory`. */
const requestRun = vi.fn<() => Promise<void>>();
let closing: AbortController;
beforeEach(() => {
  clear();
  requestRun.mockReset().mockResolvedValue();
  closing = new AbortController();
});

const outage = new PermitApiError('silence', { permitStatus: undefined, cause: undefined });
const refusal = new PermitApiError('no', { permitStatus: 422, cause: undefined });

interface World {
  /** The accounts in Logto. Without it, the Management API is unavailable, as in payload mode. */
  readonly users?: Record<string, { readonly isSuspended: boolean }>;
  readonly applications?: string[];
  readonly records?: Record<string, number>;
  readonly revoked?: string[];
  readonly isRecorded?: boolean;
  /** The pending deliveries of each subject. Default: one. */
  readonly bodies?: readonly unknown[];
  readonly fail?: () => Promise<void>;
}
type Job = Parameters<ReturnType<typeof createProcessSubjects>>[0][number];

async function* pages<Item>(...items: Item[]): AsyncGenerator<Item[]> {
  yield items;
}
/** Takes a moment, so that a job that does not wait for the call ends too early. */
const record =
  (name: string, milliseconds = 5) =>
  async (...given: unknown[]): Promise<undefined> => {
    await sleep(milliseconds);
    calls.push([name, ...given]);
  };

/** Processes subjects. Permit has no users, and the organization `acme` has the member `ann`. */
function process(jobs: readonly (string | Job)[], world: World = {}) {
  const { users, applications = [], records = {}, revoked = [], isRecorded = true, bodies = [''] } = world;
  let underWay = 0;
  const logto = {
    async user(id: string) {
      calls.push(['under way', ++underWay]);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return users?.[id] && { id, ...users[id] };
    },
    isApplication: async (id: string) => applications.includes(id),
    rolesOf: async () => [],
    organizationsOf: async () => [],
    organization: async (id: string) => ({ id, name: 'Acme' }),
    members: () => pages({ id: 'ann', roles: [] }),
  };
  const made = {
    mapping: directoryMapping,
    logto: users && logto,
    permit: {
      reads: { tenant: async () => undefined, user: record('read'), usersIn: () => pages() },
      writes: {
        createUser: record('created'),
        createUsers: record('created in bulk'),
        createTenant: async () => {},
      },
    },
    deliveries: {
      async pendingOf(subjects: string[], withBody: boolean) {
        calls.push(['pending', withBody]);
        return subjects.flatMap((subject) =>
          bodies.map((body, index) => ({
            id: `d${index} of ${subject}`,
            subject,
            body: withBody ? (typeof body === 'string' ? body : JSON.stringify(body)) : '',
          })),
        );
      },
      settle: record('settled'),
      fail: world.fail ?? record('failed', 200),
    },
    revocations: {
      async recordsOf(asked: string[]) {
        calls.push(['records', asked]);
        return new Map(Object.entries(records).map(([id, revision]) => [id, { revision }]));
      },
      rememberActive: record('remembered'),
      isRevoked: (subject: string) => revoked.includes(subject),
      async record(...given: unknown[]) {
        calls.push(['recorded', ...given]);
        return isRecorded;
      },
    },
    requestRun,
    enqueue: record('enqueued'),
    enqueueStatusChecks: record('checks'),
    record: () => () => {},
    async onUsers() {},
    onChange: (operations: { kind: string }[]) => calls.push(['changed', operations.map(({ kind }) => kind)]),
    onDoubt: (subject: object) => void calls.push(['doubt', subject]),
    closing: closing.signal,
    log: { error() {} },
  };
  const deps = made as unknown as ProcessSubjectsDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
  return createProcessSubjects(deps)(
    jobs.map((job) => (typeof job === 'string' ? { subject: job, isLast: false } : job)),
  );
}
const directory = (more: Partial<Job> = {}): Job => ({ subject: 'directory', isLast: false, ...more });
const settled = (subject: string, ...changes: string[]) => [
  'settled',
  [{ subject, deliveries: [`d0 of ${subject}`], changes }],
];

test("a job ends when its deliveries are settled, after the users' statuses are recorded", async () => {
  expect(await process([directory()], { users: {} })).toEqual(['done']);
  expect(calls.slice(-2)).toEqual([['remembered', []], settled('directory')]);
});

test.each([
  ['an outage', outage, false, false],
  ['an outage at the last attempt', outage, true, true],
  ['a refusal', refusal, false, true],
])('a job that fails by %s ends when its failure is recorded', async (_, error, isLast, permanent) => {
  requestRun.mockRejectedValue(error);
  expect(await process([directory({ isLast })], { users: {} })).toEqual([
    { retry: !permanent, reason: expect.any(String) },
  ]);
  expect(callsOf('doubt')).toEqual([['doubt', { kind: 'directory' }]]);
  expect(callsOf('failed')).toMatchObject([['failed', { deliveries: ['d0 of directory'], permanent }]]);
});

test('failures during shutdown are retried and are not failed attempts', async () => {
  closing.abort();
  requestRun.mockRejectedValue(refusal);
  expect(await process([directory({ isLast: true })], { users: {} })).toEqual([
    { retry: true, reason: expect.any(String) },
  ]);
  expect(callsOf('failed')).toEqual([]);
});

test('does nothing without pending deliveries, unless forced', async () => {
  expect(await process([directory()], { users: {}, bodies: [] })).toEqual(['done']);
  expect(requestRun).not.toHaveBeenCalled();
  expect(await process([directory({ force: true })], { users: {}, bodies: [] })).toEqual(['done']);
  expect(requestRun).toHaveBeenCalledOnce();
});

const event = (name: string, more: object) => ({
  event: name,
  createdAt: '2026-11-01T00:00:00.000Z',
  ...more,
});
const version = Date.UTC(2026, 10, 1);

test.each([
  ['active', event('User.Data.Updated', { data: { id: 'ann', isSuspended: false } })],
  ['suspended', event('User.Data.Updated', { data: { id: 'ann', isSuspended: true } })],
  ['gone', event('User.Deleted', { params: { userId: 'ann' } })],
])('in payload mode records a user as %s with the version of the payload', async (status, body) => {
  expect(await process(['user:ann'], { bodies: [body] })).toEqual(['done']);
  expect(callsOf('recorded')).toEqual([['recorded', 'ann', status, { version }]]);
  expect(callsOf('records')).toEqual([]);
});

test('an unusable payload is settled without a change', async () => {
  const body = event('User.Data.Updated', { params: { userId: 'ann' } });
  expect(await process(['user:ann'], { bodies: [body] })).toEqual(['done']);
  expect([callsOf('recorded'), callsOf('created')]).toEqual([[], []]);
  expect(calls.at(-1)).toEqual(settled('user:ann'));
});

test('a body that is not an event can never be applied', async () => {
  for (const body of ['{', '{"event":5}'])
    expect(await process(['user:ann'], { bodies: [body] })).toEqual([
      { retry: false, reason: expect.any(String) },
    ]);
  expect(callsOf('failed')).toMatchObject(
    [1, 2].map(() => ['failed', { permanent: true, failure: { code: 'PAYLOAD_UNUSABLE' } }]),
  );
});

test('in payload mode a change of a widely held role requests no run, because Logto cannot be read', async () => {
  expect(await process(['directory'], { bodies: [event('Role.Deleted', {})] })).toEqual(['done']);
  expect(requestRun).not.toHaveBeenCalled();
});

test('a batch that failed ends when all of its subjects have ended, because others may process them then', async () => {
  const running = Promise.withResolvers<void>();
  const failing = Promise.withResolvers<void>();
  requestRun.mockReturnValue(running.promise);
  let isOver = false;
  const users = {
    get ann(): never {
      throw outage;
    },
  };
  const batch = process(['directory', 'user:ann'], {
    users,
    async fail() {
      failing.resolve();
      throw new Error('The database does not answer.');
    },
  }).finally(() => (isOver = true));
  batch.catch(() => {});
  await failing.promise;
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  running.resolve();
  await expect(batch).rejects.toThrow('The database does not answer.');
});

const active = { isSuspended: false };
const suspended = { isSuspended: true };

test('a new user is created without reading Permit and recorded as active, and the delivery is settled with it', async () => {
  expect(await process(['user:ann'], { users: { ann: active } })).toEqual(['done']);
  expect(callsOf('records')).toEqual([['records', ['ann']]]);
  expect(callsOf('pending')).toEqual([['pending', false]]);
  expect(callsOf('read')).toEqual([]);
  expect(callsOf('created')).toHaveLength(1);
  expect(callsOf('recorded')).toEqual([]);
  expect(calls.slice(-3)).toEqual([
    ['changed', ['create-user']],
    ['remembered', ['ann']],
    settled('user:ann', 'create-user viewer@default'),
  ]);
});

test('a recorded user is read from Permit first, so that no role is given a second time', async () => {
  await process(['user:ann'], { users: { ann: active }, records: { ann: 3 } });
  expect(callsOf('read')).toHaveLength(1);
});

test.each<[string, World, unknown[]]>([
  [
    'a suspension',
    { users: { ann: suspended }, records: { ann: 3 } },
    ['ann', 'suspended', { seenRevision: 3 }],
  ],
  ['a deletion', { records: { ann: 4 } }, ['ann', 'gone', { seenRevision: 4 }]],
  ['a suspension of a new user', { users: { ann: suspended } }, ['ann', 'suspended', { seenRevision: 0 }]],
  [
    'a reactivation',
    { users: { ann: active }, records: { ann: 5 }, revoked: ['ann'] },
    ['ann', 'active', { seenRevision: 5 }],
  ],
  [
    'a machine that was refused',
    { applications: ['ann'], revoked: ['ann'] },
    ['ann', 'active', { seenRevision: 0 }],
  ],
])('%s is recorded immediately, and no user is recorded as active', async (_, world, expected) => {
  expect(await process(['user:ann'], { users: {}, ...world })).toEqual(['done']);
  expect(callsOf('recorded')).toEqual([['recorded', ...expected]]);
  expect(callsOf('remembered')).toEqual([['remembered', []]]);
  expect(callsOf('checks')).toEqual([]);
});

test('a change while Logto was queried is checked again, by Logto id', async () => {
  await process(['user:ann'], { users: { ann: suspended }, isRecorded: false });
  expect(callsOf('checks')).toEqual([['checks', ['ann']]]);
});

test('members of an organization whose roles differ are reconciled next', async () => {
  expect(await process(['organization:acme'], { users: {} })).toEqual(['done']);
  expect(callsOf('enqueued')).toEqual([['enqueued', ['user:ann'], { force: true }]]);
});

test('reconciles sixteen users concurrently, and eventually all of a larger batch', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `u${index}`);
  const users = Object.fromEntries(ids.map((id) => [id, active]));
  expect(
    await process(
      ids.map((id) => `user:${id}`),
      { users },
    ),
  ).toEqual(ids.map(() => 'done'));
  expect(Math.max(...callsOf('under way').map((one) => Number(Object(one)[1])))).toBe(16);
  // Each was read first, because what Permit's bulk call does with an existing user is unknown.
  expect(callsOf('read')).toHaveLength(40);
  expect(callsOf('created')).toEqual([]);
  expect(callsOf('created in bulk').map((one) => Object(Object(one)[1]).length)).toEqual([40]);
  const settled = callsOf('settled').flatMap((one) => Object(one)[1]);
  expect(settled).toHaveLength(40);
});
