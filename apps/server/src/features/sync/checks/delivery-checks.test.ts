import { expect, test } from 'vitest';
import { createRecorder } from '../../../testing/recorder.ts';
import { waitFor } from '../../../testing/wait-for.ts';
import { type ChecksDeps, openChecks } from './open-checks.ts';

const undelivered = { count: 1, since: 0, lastAt: Date.now(), status: null, address: '' };
let isFailing = false;
const { calls, callsOf } = createRecorder();

async function* readAccounts(): AsyncGenerator<never[]> {
  calls.push(['accounts']);
  yield [];
}
const made = {
  logto: { hooks: async () => [], users: readAccounts },
  signingKeys: [],
  enqueue: async () => {},
  deliveries: { lastSentAt: async () => undefined },
  revocations: {
    gap: () => undefined,
    suspended: async () => [],
    activeExcept: async () => [],
  },
  state: {
    logReadAt: async () => undefined,
    setLogReadAt: async () => void calls.push(['log']),
    undelivered: async () => (isFailing ? undelivered : null),
    setUndelivered: async () => {},
  },
  log: { warn: (...given: unknown[]) => calls.push(['warned', ...given]), info() {} },
};
const deps = made as unknown as ChecksDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used

test("reads Logto's log three times as often while Logto cannot deliver, and not more often once it can", async () => {
  const seconds: number[] = [];
  const checks = openChecks(
    deps,
    { enqueueCheck: async (check, every) => void (check === 'deliveries' && seconds.push(every)) },
    { deliveries: 3, roles: 0 },
  );
  for (const [failing, every] of [
    [false, 3],
    [true, 1],
    [false, 3],
  ] as const) {
    isFailing = failing;
    const before = seconds.length;
    await waitFor(() => {
      expect(seconds.length).toBeGreaterThan(before + 2);
      expect(seconds.at(-1)).toBe(every);
    });
  }
  checks.close();
});

test('reads all accounts only once per interval, however often it reads the log', async () => {
  isFailing = true;
  const checks = openChecks(deps, { enqueueCheck: async () => {} }, { deliveries: 3_600, roles: 0 });
  const { signal } = new AbortController();
  for (let index = 0; index < 3; index++) await checks.run('deliveries', signal);
  checks.close();
  expect(callsOf('warned')).toEqual([]);
  expect(callsOf('log')).toHaveLength(3);
  expect(callsOf('accounts')).toHaveLength(1);
});
