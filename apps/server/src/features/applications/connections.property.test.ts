/* oxlint-disable vitest/no-standalone-expect -- the test runs the steps of the class */
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import {
  agentApp,
  callThrough,
  connects,
  seedWithApplication,
  tokenThrough,
} from '../../testing/applications.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { rolesIn } from '../../testing/permit-sdk.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { untilIdle, waitFor } from '../../testing/wait-for.ts';

const logto = await startTestLogto(seedWithApplication);
/** Milliseconds by which the server's clock is ahead: it looks for a consent at most once in ten seconds. */
let ahead = 0;
const server = await startTestServer({
  logto: logto.management,
  now: () => new Date(Date.now() + ahead),
});
await logto.hookTo(server.url);
const acme = await logto.newOrganization('Acme');
const boss = await logto.newUser({ name: 'Boss' });
await logto.join(acme, boss, 'admin');
await waitFor(async () => expect(await rolesIn(server, boss, acme)).toContain('admin'));
const root = await server.as(boss, acme);

/** `chosen`: the address names the organization, and the token does not. */
const uses = ['default', 'claim', 'chosen'] as const;
type Use = (typeof uses)[number];
type Tenant = 'default' | 'acme';
const changes = [
  'token',
  'consent',
  'allow',
  'disconnect',
  'disconnectPerson',
  'block',
  'unblock',
  'suspend',
  'reactivate',
  'leave',
  'rejoin',
] as const;
type Step = { readonly use: Use; readonly token: number } | { readonly change: (typeof changes)[number] };

interface Row {
  readonly state: 'allowed' | 'waiting' | 'ended';
  readonly at: number;
}

/** What must be accepted. Times are numbers of steps. */
class Model {
  readonly rows: Record<Tenant, Row | undefined> = { default: undefined, acme: undefined };
  endedEverywhere = -1;
  isDisconnected = false;
  consentedAt: number | undefined;
  isBlocked = false;
  isSuspended = false;
  isMember = true;

  use(use: Use, issuedAt: number, now: number): string {
    const tenant = use === 'default' ? 'default' : 'acme';
    if (this.isSuspended) return 'SUBJECT_REVOKED';
    if (tenant === 'acme' && this.isBlocked) return 'APPLICATION_BLOCKED';
    const row = this.rows[tenant];
    if (row === undefined || row.state === 'ended') {
      const endedAt = Math.max(row?.at ?? -1, this.endedEverywhere);
      const isConsented = this.consentedAt !== undefined && this.consentedAt > endedAt;
      if (endedAt >= 0 && issuedAt < endedAt) return 'APPLICATION_DISCONNECTED';
      if (tenant === 'acme' && !this.isMember) return 'FORBIDDEN';
      if (endedAt >= 0 && !isConsented) return 'APPLICATION_DISCONNECTED';
      this.rows[tenant] = { state: use === 'chosen' ? 'waiting' : 'allowed', at: now };
    }
    return this.rows[tenant]?.state === 'waiting' ? 'APPLICATION_NOT_ALLOWED' : 'ok';
  }
  end(tenant: Tenant, now: number): void {
    if (this.rows[tenant] !== undefined) this.rows[tenant] = { state: 'ended', at: now };
  }
  endAll(now: number): void {
    this.end('default', now);
    this.end('acme', now);
    this.endedEverywhere = now;
    this.consentedAt = undefined;
  }
}

/** A person with an application, and the model of both. */
class World {
  readonly model = new Model();
  readonly tokens: { readonly own: string; readonly ofAcme: string; readonly issuedAt: number }[] = [];
  readonly key: string;
  readonly client: Client;
  now = 0;
  /** The second of the last end: tokens and consents have whole seconds, so a later one is in a later second. */
  endedIn = 0;
  constructor(key: string, client: Client) {
    this.key = key;
    this.client = client;
  }

  async issue(): Promise<void> {
    await this.laterThanEnd();
    const [own, ofAcme] = await Promise.all([
      tokenThrough(server.issuer, this.key),
      tokenThrough(server.issuer, this.key, { organization: acme }),
    ]);
    this.tokens.push({ own, ofAcme, issuedAt: this.now });
  }
  async laterThanEnd(): Promise<void> {
    await waitFor(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(this.endedIn), 20);
  }
  async use(use: Use, index: number): Promise<[actual: string, expected: string]> {
    const token = this.tokens[index % this.tokens.length];
    if (token === undefined) throw new TypeError('There is no token.');
    const actual = await callThrough(server, use === 'claim' ? token.ofAcme : token.own, {
      at: use === 'chosen' ? acme : undefined,
    });
    return [actual, this.model.use(use, token.issuedAt, this.now)];
  }
  async change(change: (typeof changes)[number]): Promise<void> {
    const { model, key, client, now } = this;
    const about = { subject: key, clientId: agentApp };
    // Suspended people cannot call or sign in.
    if (model.isSuspended && !['block', 'unblock', 'reactivate'].includes(change)) return;
    switch (change) {
      case 'token':
        return this.issue();
      case 'consent':
        await this.laterThanEnd();
        await logto.emulator.signIn(key, { app: agentApp });
        await untilIdle(server.db);
        ahead += 11_000;
        model.consentedAt = now;
        return;
      case 'allow': {
        const { acme: row } = model.rows;
        const isThere = row !== undefined && row.state !== 'ended';
        expect(await codeOf(client.applications.allow.mutate(about))).toBe(
          isThere ? 'ok' : 'APPLICATION_NOT_FOUND',
        );
        if (isThere) model.rows.acme = { state: 'allowed', at: now };
        return;
      }
      case 'disconnect': {
        const isKnown =
          model.isDisconnected ||
          model.consentedAt !== undefined ||
          Object.values(model.rows).some((row) => row !== undefined);
        expect(await codeOf(client.applications.disconnect.mutate(about))).toBe(
          isKnown ? 'ok' : 'APPLICATION_NOT_FOUND',
        );
        if (!isKnown) return;
        model.isDisconnected = true;
        model.endAll(now);
        break;
      }
      case 'disconnectPerson':
        expect(await codeOf(root.applications.disconnectPerson.mutate(about))).toBe(
          model.rows.acme === undefined ? 'APPLICATION_NOT_FOUND' : 'ok',
        );
        model.end('acme', now);
        break;
      case 'block':
        await root.applications.block.mutate(about);
        model.isBlocked = true;
        return;
      case 'unblock':
        expect(await codeOf(root.applications.unblock.mutate(about))).toBe(
          model.isBlocked ? 'ok' : 'APPLICATION_NOT_FOUND',
        );
        model.isBlocked = false;
        return;
      case 'suspend':
        await this.setSuspended(true);
        model.isSuspended = true;
        // Logto revokes the consents of a suspended user.
        model.endAll(now);
        break;
      case 'reactivate':
        if (!model.isSuspended) return;
        await this.setSuspended(false);
        model.isSuspended = false;
        return;
      case 'leave':
        if (!model.isMember) return;
        await waitFor(async () => {
          await untilIdle(server.db);
          const [removed] = await root.members.remove.mutate({ subjects: [key], actions: ['organization'] });
          expect([null, 'PERSON_NOT_FOUND']).toContain(removed?.code);
        });
        await untilIdle(server.db);
        model.isMember = false;
        model.end('acme', now);
        break;
      case 'rejoin':
        if (model.isMember) return;
        await logto.join(acme, key);
        await waitFor(async () => expect(await rolesIn(server, key, acme)).toContain('viewer'));
        await untilIdle(server.db);
        model.isMember = true;
        return;
    }
    this.endedIn = Math.floor(Date.now() / 1_000);
  }
  async setSuspended(isSuspended: boolean): Promise<void> {
    await logto.manage('PATCH', `/users/${this.key}/is-suspended`, { isSuspended });
    const expected = isSuspended ? 'SUBJECT_REVOKED' : 'ok';
    await waitFor(async () => expect(await codeOf(this.client.session.me.query())).toBe(expected));
    const roles = isSuspended || !this.model.isMember ? [] : ['viewer'];
    await waitFor(async () => expect(await rolesIn(server, this.key, acme)).toEqual(roles));
    await untilIdle(server.db);
  }
}

async function newWorld(): Promise<World> {
  const key = await logto.newUser({ name: 'Ann' });
  await logto.manage('POST', `/users/${key}/roles`, { roleIds: [connects] });
  await logto.join(acme, key);
  await waitFor(async () => expect(await rolesIn(server, key, acme)).toContain('viewer'));
  await untilIdle(server.db);
  const world = new World(key, await server.as(key, acme));
  await world.issue();
  return world;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ use: fc.constantFrom(...uses), token: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ change: fc.constantFrom(...changes) }) },
  // Leads back to an accepted call after an end.
  { weight: 1, arbitrary: fc.record({ change: fc.constantFrom('consent' as const, 'token' as const) }) },
);

/** The test sees every answer, whichever histories are generated. */
const everyOutcome: Step[] = [
  { use: 'chosen', token: 0 },
  { change: 'allow' },
  { change: 'disconnect' },
  { change: 'consent' },
  { change: 'token' },
  { change: 'disconnectPerson' },
  { change: 'block' },
  { change: 'unblock' },
  { change: 'leave' },
  { change: 'token' },
  { change: 'rejoin' },
  { change: 'suspend' },
  { change: 'reactivate' },
];

test('after any history, an application is accepted exactly if the person and the organization want it', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const world = await newWorld();
      /* oxlint-disable no-await-in-loop -- a history */
      for (const one of steps) {
        world.now += 1;
        if ('change' in one) await world.change(one.change);
        // After each change, the oldest and the newest token of each kind.
        const tokens = 'use' in one ? [one.token] : [0, world.tokens.length - 1];
        for (const use of 'use' in one ? [one.use] : uses)
          for (const token of tokens) {
            const [actual, expected] = await world.use(use, token);
            expect({ one, use, token, actual }).toEqual({ one, use, token, actual: expected });
            seen.add(expected);
          }
      }
      /* oxlint-enable no-await-in-loop */
      if (world.model.isBlocked) await root.applications.unblock.mutate({ clientId: agentApp });
    }),
    { numRuns: inject('all') ? 60 : 10, endOnFailure: true, examples: [[everyOutcome]] },
  );
  expect([...seen].toSorted()).toEqual(
    expect.arrayContaining([
      'APPLICATION_BLOCKED',
      'APPLICATION_DISCONNECTED',
      'APPLICATION_NOT_ALLOWED',
      'FORBIDDEN',
      'SUBJECT_REVOKED',
      'ok',
    ]),
  );
});
