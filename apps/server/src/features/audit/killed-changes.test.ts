import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { startServerProcess } from '@latchkey/server-process';
import * as fc from 'fast-check';
import { Client, type QueryResultRow } from 'pg';
import { expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { afterFile } from '../../testing/after-file.ts';
import { buildServer } from '../../testing/build-server.ts';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { freshDatabase } from '../../testing/fresh-database.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { signingKey } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

vi.setConfig({ testTimeout: 3_600_000 });

const apiResource = 'https://api.latchkey.example';
const [logto, program] = await Promise.all([
  startTestLogto({ resources: [{ name: 'API', indicator: apiResource }] }),
  buildServer('test-results/killed'),
]);
await logto.loseDeliveries();
const { appId, appSecret, endpoint } = logto.management;
const answer = await fetch(`${endpoint}/oidc/token`, {
  method: 'POST',
  headers: { authorization: `Basic ${btoa(`${appId}:${appSecret}`)}` },
  body: new URLSearchParams({ grant_type: 'client_credentials', resource: apiResource }),
});
const { access_token: token } = z.object({ access_token: z.string() }).parse(await answer.json());

const people = Array.from({ length: 12 }, (_, index) => `person-${index}`);
const day = 86_400;
/** If some have the role, they lose it in this way; otherwise some receive it. */
const step = fc.record({
  loss: fc.constantFrom('unassign', 'end', 'review'),
  duration: fc.constantFrom(null, day, day),
  who: fc.subarray(people, { minLength: 6 }),
  /** The server is killed some milliseconds after Permit has made a change, or after so many changes have begun. */
  isMade: fc.boolean(),
  begun: fc.integer({ min: 1, max: 8 }),
  after: fc.integer({ min: 0, max: 20 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const isUnfinished = `status in ('pending', 'ending') or (status = 'active' and expires_at <= now())`;

interface Recorded {
  readonly action: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly name: string;
}

/** Starts a server with its own database and Permit, as it is shipped, because that starts fastest. */
async function startSystem() {
  const permit = await startPermit({ port: 0, pdpPort: 0, opaPort: 'off' });
  afterFile(() => permit.close());
  const proxy = await startFaultProxy(permit.url);
  // Otherwise most changes would end before the test can kill the server.
  await proxy.set('slow', { lateBy: 20 });
  await applyPolicy(policy, { apiUrl: permit.url, apiKey: permit.keys.environment });
  const sdk = permitSdk(permit);
  for (const key of people)
    await sdk.api.users.create({ key, role_assignments: [{ role: 'viewer', tenant: 'default' }] });
  await sdk.api.users.create({ key: appId, role_assignments: [{ role: 'admin', tenant: 'default' }] });
  const environment = {
    DATABASE_URL: await freshDatabase(),
    DATA_DIR: await mkdtemp(join(tmpdir(), 'killed-')),
    LOGTO_ENDPOINT: endpoint,
    LOGTO_APP_ID: 'spa',
    LOGTO_API_RESOURCE: apiResource,
    LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
    LOGTO_M2M_APP_ID: appId,
    LOGTO_M2M_APP_SECRET: appSecret,
    SYNC_SWEEP_MINUTES: '0',
    PERMIT_API_URL: proxy.through(permit.url),
    PERMIT_PDP_URL: permit.pdpUrl,
    PERMIT_API_KEY: permit.keys.environment,
    PERMIT_WRITES_PER_MINUTE: '100000',
  };
  const client = new Client({ connectionString: environment.DATABASE_URL });
  await client.connect();
  afterFile(() => client.end());
  const query = async <Row extends QueryResultRow>(statement: string): Promise<Row[]> =>
    (await client.query<Row>(statement)).rows;

  let killing = new AbortController();
  let server = await startServerProcess(environment, program);
  // A server that is killed does not store its compiled code for the next start.
  await server.restart();

  /** Rejects if the server is killed meanwhile. */
  async function mutate(path: string, input: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { signal } = killing;
    const body = JSON.stringify(input);
    const response = await fetch(`${server.url}/api/trpc/${path}`, { method: 'POST', headers, body, signal });
    return z.object({ result: z.object({ data: z.unknown() }) }).parse(await response.json()).result.data;
  }
  const { id: report } = z
    .object({ id: z.string() })
    .parse(await mutate('reports.create', { title: 'Board', kind: 'access-review' }));

  /** Resolves when the statement returns no rows. Rejects if the server is killed before. */
  async function untilNone(statement: string): Promise<void> {
    const { signal } = killing;
    await waitFor(async () => expect(signal.aborted ? [] : await query(statement)).toEqual([]));
    signal.throwIfAborted();
  }

  /** Returns the roles that Permit has, as `person role` and `person role report`. */
  async function inPermit(): Promise<string[]> {
    const all = await sdk.api.roleAssignments.list({ perPage: 100 });
    return all
      .filter(({ user, role }) => people.includes(user) && role !== 'viewer')
      .map(({ user, role, resource_instance: on }) => (on ? `${user} ${role} report` : `${user} ${role}`))
      .toSorted();
  }

  /** Returns the recorded changes, oldest first. An extension of a role changes none. */
  const recorded = (): Promise<Recorded[]> =>
    query(`
      select action, outcome, reason, concat_ws(' ', subject, coalesce(role, detail -> 'before' ->> 'role'),
          case when instance is not null then 'report' end) as name
      from audit_events left join lateral (
        select role from jsonb_array_elements_text(
          (detail #> '{before,roles}') || (detail #> '{after,roles}')) as role
        group by role having count(*) = 1 limit 1) as changed on true
      where kind = 'change' and subject like 'person-%'
        and (role is not null and action ~ '^(role|share)[.]' or action = 'grant.end')
      order by at, id`);

  /** Returns the actions of the changes in progress. */
  const inProgress = async (): Promise<string[]> => {
    const rows = await query<{ action: string }>(`
      select event ->> 'action' as action from audit_begun where event ->> 'subject' like 'person-%'
      union all
      select 'grant.end' from access_grants where status = 'ending' and ended_by is null`);
    return rows.map(({ action }) => action);
  };

  /** Resolves when the review that removes the role is closed. The server tries again what it has not completed. */
  async function removeByReview(subjects: readonly string[]): Promise<void> {
    const { id } = z.object({ id: z.uuid() }).parse(
      await mutate('reviews.create', {
        name: 'Roles',
        scope: { kind: 'all' },
        reviewers: { kind: 'role', role: 'admin' },
        dueAt: new Date(Date.now() + day * 1_000).toISOString(),
      }),
    );
    await untilNone(`select from reviews where id = '${id}' and status <> 'draft'`);
    await mutate('reviews.start', { id });
    const rows = await query<{ position: number; revision: number; subject: string }>(
      `select position, revision, subject from review_rows where review = '${id}' and role = 'editor'`,
    );
    const decided = rows.filter(({ subject }) => subjects.includes(subject));
    const decision = { decision: 'remove', reason: 'Not needed.' };
    if (decided.length > 0) await mutate('reviews.decide', { id, rows: decided, ...decision });
    await mutate('reviews.finish', { id });
    await untilNone(`select from reviews where id = '${id}' and status <> 'closed'`);
  }

  async function changeRoles({ loss, duration, who }: Step, isGain: boolean): Promise<void> {
    const change = { subjects: who, role: 'editor' };
    if (isGain) await mutate('members.bulkChange', { ...change, change: 'assign', duration });
    else if (loss === 'unassign') await mutate('members.bulkChange', { ...change, change: 'unassign' });
    else if (loss === 'review') await removeByReview(who);
    else {
      await query(`update access_grants set expires_at = now() - interval '1 second'
        where status = 'active' and expires_at is not null and subject in ('${who.join("', '")}')`);
      await untilNone(`select from access_grants where ${isUnfinished}`);
    }
  }

  /**
   * Changes shares and roles, kills the server, and returns the actions of the changes that this interrupted. Does not kill
   * it if all changes have ended before.
   */
  async function killDuring(one: Step): Promise<string[]> {
    // Renews the admission of the caller.
    await mutate('reports.rename', { id: report, title: 'Board' });
    const held = await inPermit();
    const isGain = (name: string): boolean => held.filter((each) => each.endsWith(name)).length < 3;
    const share = isGain('reader report') ? 'reports.share' : 'reports.unshare';
    let running = 2;
    const ended = (): void => void running--;
    const untilBegun = (count: number): Promise<void> =>
      waitFor(async () => {
        expect(running === 0 || (await inProgress()).length >= count).toBe(true);
      }, 1);
    const isRoleGain = isGain('editor');
    // The server's workers remove such roles, a moment later.
    const isLater = !isRoleGain && one.loss !== 'unassign';
    const roles = changeRoles(one, isRoleGain)
      .catch(() => {})
      .finally(ended);
    if (isLater) await Promise.race([roles, untilBegun(1)]);
    const shares = Promise.allSettled(
      one.who.map((subject) => mutate(share, { id: report, role: 'reader', subject })),
    ).finally(ended);
    if (one.isMade)
      await waitFor(async () => {
        expect(running === 0 || (await inPermit()).join() !== held.join()).toBe(true);
      }, 1);
    else await untilBegun(isLater ? 1 : one.begun);
    await sleep(one.after);
    if (running === 0) return [];
    killing.abort();
    await server.kill();
    await Promise.all([roles, shares]);
    const interrupted = await inProgress();
    await startNext();
    return interrupted;
  }

  /** Resolves when the next server has completed or found out what the killed one was doing. */
  async function startNext(): Promise<void> {
    // Simulates that minutes have passed.
    await query(`update audit_begun set begun_at = begun_at - interval '10 minutes'`);
    await query(`update access_grants set assigning_until = null, next_attempt_at = now()
      where status in ('pending', 'ending')`);
    await query(`update review_rows set next_attempt_at = now() where next_attempt_at is not null`);
    await query('update reviews set claimed_until = null');
    killing = new AbortController();
    server = await startServerProcess(environment, program);
    await untilNone('select from audit_begun');
    await untilNone(`select from access_grants where ${isUnfinished}`);
    await untilNone(`select from reviews where status = 'applying'`);
    await untilNone('select from audit_begun');
  }

  return { inPermit, recorded, killDuring, stop: () => server.stop() };
}

test('after a server is killed during changes, the log has as made what Permit has, and nothing else', async () => {
  const interrupted = new Set<string>();
  const killRepeatedly = async (numRuns: number): Promise<void> => {
    const system = await startSystem();
    await fc.assert(
      fc.asyncProperty(step, async (one) => {
        const actions = await system.killDuring(one);
        const held = new Set<string>();
        for (const { action, outcome, name } of await system.recorded()) {
          if (outcome === 'failed') continue;
          const isGain = action === 'role.assign' || action === 'share.give';
          const expected = { action, outcome: 'done', name, wasHeld: !isGain };
          expect({ action, outcome, name, wasHeld: held.has(name) }).toEqual(expected);
          if (isGain) held.add(name);
          else held.delete(name);
        }
        expect([...held].toSorted()).toEqual((await system.inPermit()).toSorted());
        // A kill that interrupted no change does not count.
        fc.pre(actions.length > 0);
        for (const action of actions) interrupted.add(action);
      }),
      // A step continues the history, so it cannot be shrunk.
      { numRuns, endOnFailure: true },
    );
    expect(await system.stop()).toBe(0);
  };
  // Two systems use two processors.
  await Promise.all([1, 2].map(() => killRepeatedly(inject('all') ? 30 : 3)));
  const missing = ['grant.end', 'role.assign', 'role.unassign', 'share.give', 'share.take'].filter(
    (action) => inject('all') && !interrupted.has(action),
  );
  expect(missing).toEqual([]);
});
