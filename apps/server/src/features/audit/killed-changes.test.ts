import { setTimeout as sleep } from 'node:timers/promises';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { startServerProcess } from '@latchkey/server-process';
import * as fc from 'fast-check';
import { Client, type QueryResultRow } from 'pg';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { emptyDatabase } from '../../testing/fresh-database.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { signingKey } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

vi.setConfig({ testTimeout: 3_600_000 });

const apiResource = 'https://api.latchkey.example';
const [logto, permit] = await Promise.all([
  startTestLogto({ resources: [{ name: 'API', indicator: apiResource }] }),
  startPermit({ port: 0, pdpPort: 0, opaPort: 'off' }),
]);
afterAll(() => permit.close());
await applyPolicy(policy, { apiUrl: permit.url, apiKey: permit.keys.environment });
await logto.loseDeliveries();
const { appId, appSecret, endpoint } = logto.management;
const sdk = permitSdk(permit);
const people = Array.from({ length: 12 }, (_, index) => `person-${index}`);
for (const key of people)
  await sdk.api.users.create({ key, role_assignments: [{ role: 'viewer', tenant: 'default' }] });
await sdk.api.users.create({ key: appId, role_assignments: [{ role: 'admin', tenant: 'default' }] });
const environment = {
  DATABASE_URL: await emptyDatabase(),
  LOGTO_ENDPOINT: endpoint,
  LOGTO_APP_ID: 'spa',
  LOGTO_API_RESOURCE: apiResource,
  LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
  LOGTO_M2M_APP_ID: appId,
  LOGTO_M2M_APP_SECRET: appSecret,
  SYNC_SWEEP_MINUTES: '0',
  PERMIT_API_URL: permit.url,
  PERMIT_PDP_URL: permit.pdpUrl,
  PERMIT_API_KEY: permit.keys.environment,
  PERMIT_WRITES_PER_MINUTE: '100000',
};
const answer = await fetch(`${endpoint}/oidc/token`, {
  method: 'POST',
  headers: { authorization: `Basic ${btoa(`${appId}:${appSecret}`)}` },
  body: new URLSearchParams({ grant_type: 'client_credentials', resource: apiResource }),
});
const { access_token: token } = z.object({ access_token: z.string() }).parse(await answer.json());

let server = await startServerProcess(environment);

/** Rejects if the server is killed meanwhile. */
async function mutate(path: string, input: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/api/trpc/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(input),
  });
  return z.object({ result: z.object({ data: z.unknown() }) }).parse(await response.json()).result.data;
}

async function query<Row extends QueryResultRow>(statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: environment.DATABASE_URL });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

const report = z
  .object({ id: z.string() })
  .parse(await mutate('reports.create', { title: 'Board', kind: 'access-review' })).id;

/** Returns the roles that Permit has, as `person role` and `person role report`. */
async function inPermit(): Promise<string[]> {
  const all = await Promise.all(people.map((user) => sdk.api.roleAssignments.list({ user, perPage: 100 })));
  return all
    .flat()
    .filter(({ role }) => role !== 'viewer')
    .map(({ user, role, resource_instance: on }) => (on ? `${user} ${role} report` : `${user} ${role}`))
    .toSorted();
}

interface Recorded {
  readonly action: string;
  readonly outcome: string;
  readonly name: string;
}

/** Returns the recorded changes, oldest first. An extension of a role changes none. */
const recorded = (): Promise<Recorded[]> =>
  query(`
    select action, outcome, concat_ws(' ', subject, coalesce(role, detail -> 'before' ->> 'role'),
        case when instance is not null then 'report' end) as name
    from audit_events, lateral (
      select role from jsonb_array_elements_text(
        (detail #> '{before,roles}') || (detail #> '{after,roles}')) as role
      group by role having count(*) = 1 limit 1) as changed
    where kind = 'change' and subject like 'person-%' and action ~ '^(role|share)[.]'
    order by at, id`);

const day = 86_400;
const step = fc.record({
  kind: fc.constantFrom('assign', 'temporary', 'unassign', 'give', 'take'),
  who: fc.subarray(people, { minLength: 4 }),
  /** The server is killed some milliseconds after so many changes have begun. */
  begun: fc.integer({ min: 1, max: 10 }),
  after: fc.integer({ min: 0, max: 100 }),
});

function change({ kind, who: subjects }: { readonly kind: string; readonly who: readonly string[] }) {
  const role = 'editor';
  switch (kind) {
    case 'give':
      return who(subjects, 'reports.share', { id: report, role: 'reader' });
    case 'take':
      return who(subjects, 'reports.unshare', { id: report, role: 'reader' });
    case 'unassign':
      return mutate('members.bulkChange', { subjects, role, change: 'unassign' });
    default:
      return mutate('members.bulkChange', {
        subjects,
        role,
        change: 'assign',
        duration: kind === 'temporary' ? day : null,
      });
  }
}

const who = (subjects: readonly string[], path: string, input: object) =>
  Promise.allSettled(subjects.map((subject) => mutate(path, { ...input, subject })));

test('after a server is killed during changes, the log has as made what Permit has, and nothing else', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(step, async ({ begun, after, ...asked }) => {
      await mutate('reports.rename', { id: report, title: 'Board' });
      let isOver = false;
      const running = change(asked)
        .catch(() => undefined)
        .finally(() => {
          isOver = true;
        });
      await waitFor(async () => {
        const count = isOver ? begun : (await query('select from audit_begun')).length;
        expect(count).toBeGreaterThanOrEqual(begun);
      }, 1);
      await sleep(after);
      await server.kill();
      await running;
      // Simulates that minutes have passed.
      await query(`update audit_begun set begun_at = begun_at - interval '10 minutes'`);
      server = await startServerProcess(environment);
      await waitFor(async () => {
        expect(await query('select from audit_begun')).toEqual([]);
        expect(await query(`select from access_grants where status in ('pending', 'ending')`)).toEqual([]);
      });
      const held = new Set<string>();
      for (const { action, outcome, name } of await recorded()) {
        outcomes.add(outcome);
        const isGain = action === 'role.assign' || action === 'share.give';
        if (outcome === 'failed') continue;
        expect({ action, outcome, name, wasHeld: held.has(name) }).toEqual({
          action,
          outcome: 'done',
          name,
          wasHeld: !isGain,
        });
        if (isGain) held.add(name);
        else held.delete(name);
      }
      expect([...held].toSorted()).toEqual(await inPermit());
    }),
    // A step continues the history, so it cannot be shrunk.
    { numRuns: inject('all') ? 200 : 4, endOnFailure: true },
  );
  expect(await server.stop()).toBe(0);
});
