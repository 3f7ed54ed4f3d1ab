import { directoryMapping } from '@latchkey/policy/directory';
import { beforeEach, expect, test } from 'vitest';
import { createRecorder } from '../../../testing/recorder.ts';
import { createProcessSubjects, type ProcessSubjectsDeps } from './process-subjects.ts';

const { calls, record, callsOf, clear } = createRecorder();
beforeEach(clear);

interface World {
  readonly users?: Record<string, { readonly isSuspended: boolean }>;
  readonly applications?: string[];
  readonly records?: Record<string, number>;
  readonly revoked?: string[];
  readonly isRecorded?: boolean;
}

async function* pages<Item>(...items: Item[]): AsyncGenerator<Item[]> {
  yield items;
}

function processSubjects(all: string[], world: World) {
  const { users = {}, applications = [], records = {}, revoked = [], isRecorded = true } = world;
  let underWay = 0;
  const made = {
    mapping: directoryMapping,
    logto: {
      async user(id: string) {
        calls.push(['under way', ++underWay]);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return users[id] && { id, ...users[id] };
      },
      isApplication: async (id: string) => applications.includes(id),
      rolesOf: async () => [],
      organizationsOf: async () => [],
      organization: async (id: string) => ({ id, name: 'Acme' }),
      members: () => pages({ id: 'ann', roles: [] }),
    },
    permit: {
      reads: { tenant: async () => undefined, user: record('read'), usersIn: () => pages() },
      writes: {
        createUser: record('created'),
        createUsers: record('created in bulk'),
        createTenant: async () => {},
      },
    },
    deliveries: {
      pendingOf: async (subjects: string[], withBody: boolean) => {
        calls.push(['pending', withBody]);
        return subjects.map((subject) => ({ id: `d of ${subject}`, subject, body: '' }));
      },
      settle: record('settled'),
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
    enqueue: record('enqueued'),
    enqueueStatusChecks: record('checks'),
    record: () => () => {},
    async onUsers() {},
    onChange: (operations: { kind: string }[]) => calls.push(['changed', operations.map(({ kind }) => kind)]),
    onDoubt: record('doubt'),
    closing: new AbortController().signal,
    log: { error: record('error') },
  };
  const deps = made as unknown as ProcessSubjectsDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
  return createProcessSubjects(deps)(all.map((subject) => ({ subject, isLast: false })));
}
const process = (ids: string[], world: World) =>
  processSubjects(
    ids.map((id) => `user:${id}`),
    world,
  );

const active = { isSuspended: false };
const suspended = { isSuspended: true };

test('a new user is created without reading Permit and recorded as active, and the delivery is settled with it', async () => {
  expect(await process(['ann'], { users: { ann: active } })).toEqual(['done']);
  expect(callsOf('records')).toEqual([['records', ['ann']]]);
  expect(callsOf('pending')).toEqual([['pending', false]]);
  expect(callsOf('read')).toEqual([]);
  expect(callsOf('created')).toHaveLength(1);
  expect(callsOf('recorded')).toEqual([]);
  expect(calls.slice(-3)).toEqual([
    ['changed', ['create-user']],
    ['remembered', ['ann']],
    [
      'settled',
      [{ subject: 'user:ann', deliveries: ['d of user:ann'], changes: ['create-user viewer@default'] }],
    ],
  ]);
});

test('a recorded user is read from Permit first, so that no role is given a second time', async () => {
  await process(['ann'], { users: { ann: active }, records: { ann: 3 } });
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
  expect(await process(['ann'], world)).toEqual(['done']);
  expect(callsOf('recorded')).toEqual([['recorded', ...expected]]);
  expect(callsOf('remembered')).toEqual([['remembered', []]]);
  expect(callsOf('checks')).toEqual([]);
});

test('a change while Logto was queried is checked again, by Logto id', async () => {
  await process(['ann'], { users: { ann: suspended }, isRecorded: false });
  expect(callsOf('checks')).toEqual([['checks', ['ann']]]);
});

test('members of an organization whose roles differ are reconciled next', async () => {
  expect(await processSubjects(['organization:acme'], {})).toEqual(['done']);
  expect(callsOf('enqueued')).toEqual([['enqueued', ['user:ann'], { force: true }]]);
});

test('reconciles sixteen users concurrently, and eventually all of a larger batch', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `u${index}`);
  const users = Object.fromEntries(ids.map((id) => [id, active]));
  expect(await process(ids, { users })).toEqual(ids.map(() => 'done'));
  expect(Math.max(...callsOf('under way').map((one) => Number(Object(one)[1])))).toBe(16);
  // Each was read first, because what Permit's bulk call does with an existing user is unknown.
  expect(callsOf('read')).toHaveLength(40);
  expect(callsOf('created')).toEqual([]);
  expect(callsOf('created in bulk').map((one) => Object(Object(one)[1]).length)).toEqual([40]);
  const settled = callsOf('settled').flatMap((one) => Object(one)[1]);
  expect(settled).toHaveLength(40);
});
