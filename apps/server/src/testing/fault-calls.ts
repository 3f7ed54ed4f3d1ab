import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { deliveryAttempts, webhookDeliveries } from '../features/sync/tables.ts';
import { deliver } from './deliver.ts';
import type { Call, Upstream } from './fault-matrix.ts';
import type { FaultRow } from './fault-row.ts';

/** Each resolves to its outcome, and never rejects. */
export type Calls = Readonly<Partial<Record<Call, () => Promise<string>>>>;

const Refusal = z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) });
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => Refusal.safeParse(error).data?.data.latchkey.code ?? String(error),
  );

/** Call before the fault: the calls are by new users, so that nothing about them is cached. */
export async function prepareCalls(row: FaultRow, upstream: Upstream): Promise<Calls> {
  const { server, issuer, permit } = row;
  // Logto knows them, so that the confirmation after a gap changes nothing.
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

export async function callAll(calls: Calls): Promise<Record<string, string>> {
  const entries = Object.entries(calls).map(async ([name, call]) => [name, await call()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Long enough to need new space in the database. */
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

/** `ok` when the delivery is applied, the code of the last failed attempt, `undefined` when there was none yet. */
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
