import { directoryMapping } from '@latchkey/policy/directory';
import { beforeEach, expect, test } from 'vitest';
import { createRecorder } from '../../../testing/recorder.ts';
import { createProcessSubjects, type ProcessSubjectsDeps } from './process-subjects.ts';

const { calls, record, callsOf, clear } = createRecorder();
beforeEach(clear);

/** Processes the deliveries of one subject without the Management API. Permit has no users. */
function process(subject: string, bodies: unknown[], { isRevoked = false, isRecorded = true } = {}) {
  const made = {
    mapping: directoryMapping,
    logto: undefined,
    permit: {
      reads: { tenant: async () => undefined, user: async () => undefined },
      writes: {
        createUser: async ({ key }: { key: string }) => calls.push(['created', key]),
        createTenant: async ({ key }: { key: string }) => calls.push(['created tenant', key]),
        assign: record('assigned'),
      },
    },
    deliveries: {
      pendingOf: async (_subjects: string[], withBody: boolean) =>
        bodies.map((body, index) => ({
          id: `d${index}`,
          subject,
          body: withBody ? (typeof body === 'string' ? body : JSON.stringify(body)) : '',
        })),
      settle: record('settled'),
      fail: record('failed'),
    },
    revocations: {
      recordsOf: record('records'),
      rememberActive: async () => {},
      isRevoked: () => isRevoked,
      async record(...given: unknown[]) {
        calls.push(['recorded', ...given]);
        return isRecorded;
      },
    },
    requestRun: record('run'),
    record: () => () => {},
    async onUsers() {},
    onChange() {},
    onDoubt() {},
    closing: new AbortController().signal,
    log: { error() {} },
  };
  const deps = made as unknown as ProcessSubjectsDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
  return createProcessSubjects(deps)([{ subject, isLast: false }]);
}

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
])('records a user as %s with the version of the payload', async (status, body) => {
  expect(await process('user:ann', [body])).toEqual(['done']);
  expect(callsOf('recorded')).toEqual([['recorded', 'ann', status, { version }]]);
  expect(callsOf('records')).toEqual([]);
});

test('an unusable payload is settled without a change', async () => {
  const body = event('User.Data.Updated', { params: { userId: 'ann' } });
  expect(await process('user:ann', [body])).toEqual(['done']);
  expect(calls).toEqual([['settled', [{ subject: 'user:ann', deliveries: ['d0'], changes: [] }]]]);
});

test('a body that is not an event can never be applied', async () => {
  for (const body of ['{', '{"event":5}']) {
    expect(await process('user:ann', [body])).toEqual([{ retry: false, reason: expect.any(String) }]);
  }
  expect(callsOf('failed')).toMatchObject(
    [1, 2].map(() => ['failed', { permanent: true, failure: { code: 'PAYLOAD_UNUSABLE' } }]),
  );
});

test('a change of a widely held role requests no run, because Logto cannot be read', async () => {
  expect(await process('directory', [event('Role.Deleted', {})])).toEqual(['done']);
  expect(callsOf('run')).toEqual([]);
});
