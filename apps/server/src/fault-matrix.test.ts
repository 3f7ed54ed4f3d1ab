import { setTimeout as sleep } from 'node:timers/promises';
import { createPermitDirectory, type PermitDirectory } from '@latchkey/permissions/permit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { deliver } from './testing/deliver.ts';
import {
  dependencies,
  expectationOf,
  networkFaults,
  type Dependency,
  type Expectation,
} from './testing/fault-matrix.ts';
import { startFaultProxy, type FaultProxy } from './testing/fault-proxy.ts';
import { freshDatabase } from './testing/fresh-database.ts';
import { startTestLogto, type TestLogto } from './testing/test-logto.ts';
import { startNeighbours, startTestServer, type TestServer } from './testing/test-server.ts';

/** People who do all calls at the same time, under load. */
const load = 8;

const origin = (url: string): string => url.replace(/\/$/, '');
const orSlow = (codes: readonly string[]): readonly string[] => [...codes, 'AUTHORIZATION_UNAVAILABLE'];

let logto: TestLogto;
let neighbours: Awaited<ReturnType<typeof startNeighbours>>;
let direct: PermitDirectory;
let server: TestServer;
let proxies: Record<Dependency, FaultProxy>;
beforeAll(async () => {
  logto = await startTestLogto();
  neighbours = await startNeighbours();
  const database = await freshDatabase();
  const { permit, issuer } = neighbours;
  const [postgres, permitApi, pdp, jwks, management] = await Promise.all(
    [database, permit.url, permit.pdpUrl, issuer.jwksUrl, logto.management.endpoint].map(startFaultProxy),
  );
  if (!postgres || !permitApi || !pdp || !jwks || !management) throw new TypeError('There are five.');
  proxies = {
    PostgreSQL: postgres,
    "Permit's API": permitApi,
    'the PDP': pdp,
    "Logto's JWKS": jwks,
    "Logto's Management API": management,
  };
  direct = createPermitDirectory({ apiUrl: permit.url, apiKey: permit.keys.environment });
  server = await startTestServer({
    databaseUrl: postgres.through(database),
    neighbours,
    logto: { ...logto.management, endpoint: origin(management.through(logto.management.endpoint)) },
    addresses: {
      permitApi: origin(permitApi.through(permit.url)),
      pdp: origin(pdp.through(permit.pdpUrl)),
      jwks: jwks.through(issuer.jwksUrl),
    },
  });
}, 30_000);
afterAll(async () => {
  await server.close();
  await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
  await neighbours[Symbol.asyncDispose]();
  await logto.close();
}, 30_000);

const Refusal = z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) });
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => Refusal.safeParse(error).data?.data.latchkey.code ?? String(error),
  );

type Calls = Readonly<Record<keyof Expectation, () => Promise<string>>>;

/** Prepared while all is well: new people for each, so that nothing is cached. */
async function prepare(): Promise<Calls> {
  // Logto knows them, so that a gap, after which it is asked, changes nothing.
  const [reader, writer, known] = await Promise.all([logto.newUser(), logto.newUser(), logto.newUser()]);
  await Promise.all([
    direct.provisionUser({ key: reader }, { role: 'viewer', tenant: 'default' }),
    direct.provisionUser({ key: writer }, { role: 'editor', tenant: 'default' }),
  ]);
  const [read, write] = await Promise.all([server.as(reader), server.as(writer)]);
  const newcomer = await server.asNewcomer(known);
  return {
    read: () => outcomeOf(read.reports.list.query({})),
    write: () => outcomeOf(write.reports.create.mutate({ title: 'Matrix', kind: 'access-review' })),
    newcomer: () => outcomeOf(newcomer.session.me.query()),
    async newKey() {
      await neighbours.issuer.rotate();
      return outcomeOf((await server.asNewcomer(reader)).session.me.query());
    },
    async delivery() {
      const body = JSON.stringify({
        event: 'Identifier.Lockout',
        createdAt: new Date().toISOString(),
        nonce: crypto.randomUUID(),
      });
      const [status, code] = await deliver(server.url, body);
      return status === 200 ? 'ok' : String(code);
    },
    ready: async () => String((await fetch(`${server.url}/readyz`)).status),
  };
}

/** Only the key server matters for new keys: elsewhere a rotation would hide what is tested. */
function callsFor(dependency: Dependency, calls: Calls): Partial<Calls> {
  const { newKey, ...others } = calls;
  return dependency === "Logto's JWKS" ? { ...others, newKey } : others;
}

async function callAll(calls: Partial<Calls>): Promise<Record<string, string>> {
  const entries = Object.entries(calls).map(async ([name, call]) => [name, await call()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function expectWithin(found: Readonly<Record<string, string>>, expected: Expectation): void {
  for (const [name, codes] of Object.entries(expected)) {
    expect([...codes, undefined], `${name}: ${found[name]}`).toContain(found[name]);
  }
}

/** A busy machine may make the PDP too slow for its deadline: an outage more, but never a denial and never a 500. */
function underLoad(expected: Expectation): Expectation {
  const { read, write, newcomer, ready } = expected;
  return {
    ...expected,
    read: orSlow(read),
    write: orSlow(write),
    newcomer: orSlow(newcomer),
    ready: [...ready, '503'],
  };
}

/** Milliseconds in which keys that nobody knows lead to one fetch. */
const keyPause = 2_100;

const cells = dependencies.flatMap((dependency) =>
  networkFaults.map((fault) => [dependency, fault] as const),
);

test.each(cells)(
  '%s is %s: what callers get, at rest and under load, and that all is well afterwards',
  async (dependency, fault) => {
    const proxy = proxies[dependency];
    const [atRest, ...loaded] = await Promise.all(Array.from({ length: 1 + load }, prepare));
    if (atRest === undefined) throw new TypeError('Nothing is prepared.');
    try {
      await proxy.set('refused');
      await proxy.set(fault);
      // What was true within the last second is still trusted.
      if (dependency === 'PostgreSQL') await sleep(1_100);
      if (dependency === "Logto's JWKS") await sleep(keyPause);
      expectWithin(await callAll(callsFor(dependency, atRest)), expectationOf(dependency, fault, false));
      const answers = await Promise.all(loaded.map((calls) => callAll(callsFor('PostgreSQL', calls))));
      for (const found of answers) expectWithin(found, underLoad(expectationOf(dependency, fault, true)));
    } finally {
      await proxy.set('refused');
      await proxy.set('none');
    }
    if (dependency === "Logto's JWKS") await sleep(keyPause);
    await vi.waitFor(
      async () => {
        const found = await callAll(callsFor(dependency, await prepare()));
        expect(new Set(Object.values(found))).toEqual(new Set(['ok', '200']));
      },
      { timeout: 20_000, interval: dependency === "Logto's JWKS" ? keyPause : 250 },
    );
  },
  90_000,
);
