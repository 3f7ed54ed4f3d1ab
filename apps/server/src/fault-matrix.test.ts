import { setTimeout as sleep } from 'node:timers/promises';
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

/** Calls of each kind at the same time, under load. */
const load = 15;

let logto: TestLogto;
let neighbours: Awaited<ReturnType<typeof startNeighbours>>;
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
  const origin = (url: string): string => url.replace(/\/$/, '');
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
  const [reader, writer] = [crypto.randomUUID(), crypto.randomUUID()];
  const direct = neighbours.permit;
  const provision = (key: string, role: string): Promise<unknown> =>
    fetch(`${direct.url}/v2/facts/default/default/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${direct.keys.environment}`, 'content-type': 'application/json' },
      body: JSON.stringify({ key, role_assignments: [{ role, tenant: 'default' }] }),
    });
  await Promise.all([provision(reader, 'viewer'), provision(writer, 'editor')]);
  const [read, write] = await Promise.all([server.as(reader), server.as(writer)]);
  const known = await logto.newUser();
  const newcomer = await server.asNewcomer(known);
  const rotated = crypto.randomUUID();
  await provision(rotated, 'viewer');
  await server.as(rotated);
  return {
    read: () => outcomeOf(read.reports.list.query({})),
    write: () => outcomeOf(write.reports.create.mutate({ title: 'Matrix', kind: 'access-review' })),
    newcomer: () => outcomeOf(newcomer.session.me.query()),
    newKey: async () => {
      await neighbours.issuer.rotate();
      return outcomeOf((await server.asNewcomer(rotated)).session.me.query());
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

async function callAll(calls: Calls): Promise<Record<string, string>> {
  const entries = Object.entries(calls).map(async ([name, call]) => [name, await call()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

const allWell = { read: 'ok', write: 'ok', newcomer: 'ok', newKey: 'ok', delivery: 'ok', ready: '200' };

function expectWithin(found: Readonly<Record<string, string>>, expected: Expectation): void {
  for (const [name, codes] of Object.entries(expected))
    expect(codes, `${name}: ${found[name]}`).toContain(found[name]);
}

const cells = dependencies.flatMap((dependency) =>
  networkFaults.map((fault) => [dependency, fault] as const),
);

test.each(cells)(
  '%s is %s: what callers get, at rest and under load, and that all is well afterwards',
  async (dependency, fault) => {
    const proxy = proxies[dependency];
    const [atRest, ...loaded] = await Promise.all(Array.from({ length: 1 + load }, prepare));
    // JWKS: at most one fetch in two seconds for keys that nobody knows.
    await sleep(dependency === "Logto's JWKS" ? 2_000 : 0);
    try {
      await proxy.set('refused');
      await proxy.set(fault);
      // What was true within the last second is still trusted.
      if (dependency === 'PostgreSQL') await sleep(1_100);
      if (atRest !== undefined) expectWithin(await callAll(atRest), expectationOf(dependency, fault, false));
      const answers = await Promise.all(
        loaded.map(({ newKey: _, ...calls }) => callAll({ ...calls, newKey: async () => 'ok' })),
      );
      for (const found of answers) {
        const expected = expectationOf(dependency, fault, true);
        expectWithin(found, { ...expected, newKey: ['ok'] });
      }
    } finally {
      await proxy.set('refused');
      await proxy.set('none');
    }
    await vi.waitFor(async () => expect(await callAll(await prepare())).toEqual(allWell), {
      timeout: 15_000,
      interval: 250,
    });
  },
  90_000,
);
