import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callAll, prepareCalls } from './testing/fault-calls.ts';
import {
  expectationOf,
  expectationUnderLoad,
  faultsOf,
  neighbours,
  type Call,
  type Expectation,
} from './testing/fault-matrix.ts';
import { startFaultRow, type FaultRow } from './testing/fault-row.ts';

/** People who do all calls at the same time, under load. */
const load = 8;

/** Milliseconds in which keys that nobody knows lead to one fetch. */
const keyPause = 2_100;

function expectWithin(found: Readonly<Record<string, string>>, expected: Expectation): void {
  for (const [call, outcome] of Object.entries(found)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of calls
    expect(expected[call as Call], `${call}: ${outcome}`).toContain(outcome);
  }
}

/** What an operator must find in the log: every refusal, and why a delivery waits. */
const codesIn = (found: Readonly<Record<string, string>>): readonly string[] =>
  Object.values(found).filter((outcome) => /^[A-Z_]+$/.test(outcome));

/** What the faults are not about is tried again, because the machine may be too busy for a deadline. */
const patiently = <Result>(prepare: () => Promise<Result>): Promise<Result> =>
  vi.waitFor(prepare, { timeout: 120_000, interval: 250 });

/** The calls whose outcome is not the one of a machine at rest. */
const unexpectedOf = (found: Readonly<Record<string, string>>, expected: Expectation): string[] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of calls
  Object.keys(found).filter((call) => !expected[call as Call].includes(found[call] ?? ''));

// The rows wait for deadlines most of the time, so they run at the same time, each with a server and neighbours of its own.
describe.concurrent.each(neighbours)('%s is', (neighbour) => {
  let row: FaultRow;
  beforeAll(async () => {
    row = await patiently(() => startFaultRow(neighbour));
  }, 180_000);
  afterAll(() => row[Symbol.asyncDispose](), 120_000);
  const pause = neighbour === "Logto's JWKS" ? keyPause : 250;

  test.each(faultsOf(neighbour))(
    '%s: what callers get, at rest and under load, and that all is well afterwards',
    { concurrent: false, timeout: 300_000 },
    async (fault) => {
      const prepared = await Promise.all(
        Array.from({ length: 1 + load }, () => patiently(() => prepareCalls(row, neighbour))),
      );
      const underLoad = expectationUnderLoad(neighbour, fault);
      const atRest = fault === 'restarted' ? underLoad : expectationOf(neighbour, fault);
      {
        await using _ = await row.make(fault);
        // What was true within the last second is still trusted.
        if (neighbour === 'PostgreSQL' && fault !== 'restarted') await sleep(1_100);
        let asked: readonly string[] | undefined;
        /* oxlint-disable no-await-in-loop -- others ask again what a busy machine has answered with another outage */
        for (let attempt = 1; attempt <= 5 && asked?.length !== 0; attempt++) {
          if (neighbour === "Logto's JWKS") await sleep(keyPause);
          const linesBefore = row.log.length;
          const calls = Object.entries(prepared.shift() ?? {});
          const found = await callAll(
            Object.fromEntries(calls.filter(([call]) => asked?.includes(call) !== false)),
          );
          expectWithin(found, underLoad);
          const logged = row.log.slice(linesBefore).join('');
          for (const code of codesIn(found)) expect(logged).toContain(`"code":"${code}"`);
          asked = unexpectedOf(found, atRest);
        }
        /* oxlint-enable no-await-in-loop */
        expect(asked).toEqual([]);
        const answers = await Promise.all(prepared.map(({ newKey: _key, ...calls }) => callAll(calls)));
        for (const answer of answers) expectWithin(answer, underLoad);
      }
      if (neighbour === "Logto's JWKS") await sleep(keyPause);
      await vi.waitFor(
        async () => {
          const found = await callAll(await prepareCalls(row, neighbour));
          expect(new Set(Object.values(found))).toEqual(new Set(['ok', '200']));
        },
        { timeout: 60_000, interval: pause },
      );
    },
  );
});
