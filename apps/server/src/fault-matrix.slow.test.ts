import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { callAll, prepareCalls } from './testing/fault-calls.ts';
import { expectationWithTwin, faultsOf, upstreams, type Call } from './testing/fault-matrix.ts';
import { startFaultRow, type FaultRow } from './testing/fault-row.ts';
import { waitFor } from './testing/wait-for.ts';

/** Number of users who make all calls concurrently, under load. */
const load = 8;

/** Milliseconds within which unknown keys cause one fetch. */
const keyPause = 2_100;

/** The codes that an operator must find in the log: every refusal, and why a delivery is pending. */
const codesIn = (found: Readonly<Record<string, string>>): readonly string[] =>
  Object.values(found).filter((outcome) => /^[A-Z_]+$/.test(outcome));

// The rows mostly wait for deadlines, so they run concurrently, each with its own server and services.
describe.concurrent.each(upstreams)('%s is', (upstream) => {
  let row: FaultRow;
  beforeAll(async () => {
    row = await startFaultRow(upstream);
  });
  const pause = upstream === "Logto's JWKS" ? keyPause : 250;

  test.each(faultsOf(upstream))(
    '%s: callers get the expected results at rest and under load, and recover afterwards',
    { concurrent: false, timeout: 300_000 },
    async (fault) => {
      // On a busy machine the pool may not have connections for all of them at the same time.
      const prepare = () => waitFor(() => prepareCalls(row, upstream));
      const [atRest = {}, ...underLoad] = await Promise.all(Array.from({ length: 1 + load }, prepare));
      const expected = expectationWithTwin(upstream, fault);
      const expectAsPromised = (found: Readonly<Record<string, string>>): void => {
        for (const [call, outcome] of Object.entries(found)) {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of calls
          expect(expected[call as Call], `${call}: ${outcome}`).toContain(outcome);
        }
      };
      {
        await using _ = await row.make(fault);
        // Revocations read within the last second are still trusted.
        if (upstream === 'PostgreSQL' && fault !== 'restarted') await sleep(1_100);
        if (upstream === "Logto's JWKS") await sleep(keyPause);
        const linesBefore = row.log.length;
        const found = await callAll(atRest);
        expectAsPromised(found);
        // The reason that a delivery is pending is recorded first, and then logged.
        await waitFor(() => {
          const logged = row.log.slice(linesBefore).join('');
          for (const code of codesIn(found)) expect(logged).toContain(`"code":"${code}"`);
        });
        const answers = await Promise.all(underLoad.map(({ newKey: _key, ...calls }) => callAll(calls)));
        for (const answer of answers) expectAsPromised(answer);
      }
      if (upstream === "Logto's JWKS") await sleep(keyPause);
      await waitFor(async () => {
        const found = await callAll(await prepareCalls(row, upstream));
        expect(new Set(Object.values(found))).toEqual(new Set(['ok', '200']));
      }, pause);
    },
  );
});
