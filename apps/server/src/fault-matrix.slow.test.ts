import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import {
  expectationWithTwin,
  faultsOf,
  upstreams,
  type Call,
  type Upstream,
} from './testing/fault-matrix.ts';
import { startFaultRow, type FaultRow } from './testing/fault-row.ts';
import { waitFor } from './testing/wait-for.ts';
import { deliveryAttempts, webhookDeliveries } from './features/sync/tables.ts';
import { deliver } from './testing/deliver.ts';

const load = 8;

/** Milliseconds within which unknown key ids cause only one fetch. */
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
      // Repeated, because on a busy machine the pool may not have connections for all users at the same time.
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

type Calls = Readonly<Partial<Record<Call, () => Promise<string>>>>;

const Refusal = z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) });
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => Refusal.safeParse(error).data?.data.latchkey.code ?? String(error),
  );

/** Prepares calls by new users, about whom nothing is cached. Must run before the fault. */
async function prepareCalls(row: FaultRow, upstream: Upstream): Promise<Calls> {
  const { server, issuer, permit } = row;
  // Logto has these users, so that the confirmation after a gap changes nothing.
  const [reader, writer, unknown] = await Promise.all([row.newUser(), row.newUser(), row.newUser()]);
  await Promise.all([
    permit.provisionUser({ key: reader }, { role: 'viewer', tenant: 'default' }),
    permit.provisionUser({ key: writer }, { role: 'editor', tenant: 'default' }),
  ]);
  const [read, write] = await Promise.all([server.as(reader), server.as(writer)]);
  const newcomer = await server.asNewcomer(unknown);
  const newKey = async (): Promise<string> => {
    await issuer.rotate();
    return outcomeOf((await server.asNewcomer(reader)).session.me.query());
  };
  return {
    read: () => outcomeOf(read.reports.list.query({})),
    write: () => outcomeOf(write.reports.create.mutate({ title: 'Matrix', kind: 'access-review' })),
    newcomer: () => outcomeOf(newcomer.session.me.query()),
    delivery: () => deliverAbout(reader, row),
    ready: () => readinessOf(server.url),
    // Elsewhere a rotation would hide the tested fault.
    ...(upstream === "Logto's JWKS" ? { newKey } : {}),
  };
}

async function callAll(calls: Calls): Promise<Record<string, string>> {
  const entries = Object.entries(calls).map(async ([name, call]) => [name, await call()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Random text that is long enough to need new space in the database. */
const padding = (): string => Array.from({ length: 800 }, () => crypto.randomUUID()).join('');

async function deliverAbout(user: string, row: FaultRow): Promise<string> {
  const createdAt = new Date().toISOString();
  const body = JSON.stringify({
    event: 'User.Data.Updated',
    createdAt,
    data: { id: user },
    padding: padding(),
  });
  const [status, code] = await deliver(row.server.url, body);
  if (status !== 200) return String(code);
  const id = createHash('sha256').update(body).digest('hex');
  for (;;) {
    const outcome = await attemptAt(id, row).catch(() => undefined);
    if (outcome !== undefined) return outcome;
    await sleep(50);
  }
}

/** `ok` if the delivery has been applied, or else the code of the last failed attempt; `undefined` before the first. */
async function attemptAt(id: string, { server }: FaultRow): Promise<string | undefined> {
  const [delivery] = await server.db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
  if (delivery?.status === 'applied') return 'ok';
  const [failed] = await server.db
    .select()
    .from(deliveryAttempts)
    .where(eq(deliveryAttempts.deliveryId, id))
    .orderBy(desc(deliveryAttempts.failedAt))
    .limit(1);
  return failed?.code;
}

const Readiness = z.object({ components: z.record(z.string(), z.string()) });

async function readinessOf(url: string): Promise<string> {
  const response = await fetch(`${url}/readyz`);
  const { components } = Readiness.parse(await response.json());
  const missing = Object.entries(components).flatMap(([name, state]) => (state === 'ok' ? [] : [name]));
  return [String(response.status), ...missing].join(' ');
}
