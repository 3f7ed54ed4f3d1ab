import { setTimeout as sleep } from 'node:timers/promises';
import { PermitApiError } from '@latchkey/permissions/permit';
import { beforeEach, expect, test, vi } from 'vitest';
import { createProcessSubjects, type ProcessSubjectsDeps } from './process-subjects.ts';

let log: string[];
let closing: AbortController;
/** Requests a run, as only the subject `directory` does. */
const requestRun = vi.fn<() => Promise<void>>();
const outage = new PermitApiError('silence', { permitStatus: undefined, cause: undefined });
const refusal = new PermitApiError('no', { permitStatus: 422, cause: undefined });

/** A write takes a moment, like in a database, and is logged when it is done. */
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
}) {
  const { isLast = false, waiting = ['d1'], ...options } = job;
  const made = {
    logto: {},
    deliveries: {
      pendingOf: async () => waiting.map((id) => ({ id, subject: 'directory', body: '' })),
      settle: written('settle'),
      fail: written('fail', 200),
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
  return createProcessSubjects(deps)([{ subject: 'directory', isLast, ...options }]);
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
