import { setTimeout as sleep } from 'node:timers/promises';
import { PermitApiError } from '@latchkey/permissions/permit';
import { directoryMapping } from '@latchkey/policy/directory';
import { beforeEach, expect, test, vi } from 'vitest';
import { createRecorder } from '../../../testing/recorder.ts';
import { createProcessSubjects, type ProcessSubjectsDeps } from './process-subjects.ts';

let log: string[];
let closing: AbortController;
/** Requests a run. Called only for the subject `directory`. */
const requestRun = vi.fn<() => Promise<void>>();
const outage = new PermitApiError('silence', { permitStatus: undefined, cause: undefined });
const refusal = new PermitApiError('no', { permitStatus: 422, cause: undefined });

const written =
  (name: string, milliseconds = 20) =>
  async (...given: unknown[]): Promise<void> => {
    await sleep(milliseconds);
    log.push(`${name} ${JSON.stringify(given)}`);
  };

beforeEach(() => {
  log = [];
  closing = new AbortController();
  requestRun.mockReset().mockResolvedValue();
});

function processDirectory(job: {
  readonly isLast?: boolean;
  readonly force?: boolean;
  readonly waiting?: string[];
  readonly others?: string[];
  readonly fail?: () => Promise<void>;
}) {
  const { isLast = false, waiting = ['d1'], others = [], fail = written('fail', 200), ...options } = job;
  const made = {
    logto: {},
    permit: { writes: {} },
    deliveries: {
      pendingOf: async () => waiting.map((id) => ({ id, subject: 'directory', body: '' })),
      settle: written('settle'),
      fail,
    },
    revocations: { recordsOf: async () => new Map(), rememberActive: written('remember') },
    requestRun,
    record: () => () => {},
    async onUsers() {},
    onChange() {},
    onDoubt: (subject: object) => log.push(`doubt ${JSON.stringify(subject)}`),
    closing: closing.signal,
    log: { error() {} },
  };
  const deps = made as unknown as ProcessSubjectsDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
  const more = others.map((subject) => ({ subject, isLast, force: true }));
  return createProcessSubjects(deps)([{ subject: 'directory', isLast, ...options }, ...more]);
}

test("a job ends when its deliveries are settled, after the users' statuses are recorded", async () => {
  expect(await processDirectory({})).toEqual(['done']);
  expect(log).toEqual([
    'remember [[]]',
    'settle [[{"subject":"directory","deliveries":["d1"],"changes":[]}]]',
  ]);
});

test.each([
  ['an outage', outage, false, false],
  ['an outage at the last attempt', outage, true, true],
  ['a refusal', refusal, false, true],
])('a job that fails by %s ends when its failure is recorded', async (_, error, isLast, permanent) => {
  requestRun.mockRejectedValue(error);
  expect(await processDirectory({ isLast })).toEqual([{ retry: !permanent, reason: expect.any(String) }]);
  expect(log.slice(0, 2)).toEqual([
    'doubt {"kind":"directory"}',
    expect.stringMatching(`^fail .*"deliveries":\\["d1"\\].*"permanent":${permanent}`),
  ]);
});

test('failures during shutdown are retried and are not failed attempts', async () => {
  closing.abort();
  requestRun.mockRejectedValue(refusal);
  expect(await processDirectory({ isLast: true })).toEqual([{ retry: true, reason: expect.any(String) }]);
  expect(log.filter((line) => line.startsWith('fail'))).toEqual([]);
});

test('does nothing without pending deliveries, unless forced', async () => {
  expect(await processDirectory({ waiting: [] })).toEqual(['done']);
  expect(requestRun).not.toHaveBeenCalled();
  expect(await processDirectory({ waiting: [], force: true })).toEqual(['done']);
  expect(requestRun).toHaveBeenCalledOnce();
});

const { calls, record, callsOf, clear } = createRecorder();
beforeEach(clear);

/** Processes deliveries about one subject without the Management API. Permit has no users. */
function process(subject: string, bodies: unknown[]) {
  const made = {
    mapping: directoryMapping,
    logto: undefined,
    permit: {
      reads: { user: async () => undefined },
      writes: { createUser: record('created') },
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
      async record(...given: unknown[]) {
        calls.push(['recorded', ...given]);
        return true;
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

test('a batch that failed ends when all of its subjects have ended, because others may process them then', async () => {
  const running = Promise.withResolvers<void>();
  const failing = Promise.withResolvers<void>();
  requestRun.mockReturnValue(running.promise);
  let isOver = false;
  const batch = processDirectory({
    others: ['user:u-1'],
    fail: async () => {
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
