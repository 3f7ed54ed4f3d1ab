import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogtoEvent, subjectsOf } from '@latchkey/directory-sync';
import {
  applyLogtoChange,
  arbitraryLogtoChange,
  arbitraryTransmission,
  expectedFromLogto,
  heldByPermit,
  transmit,
  watchExcess,
  type DirectoryIds,
} from '@latchkey/directory-sync/testing';
import { eq, inArray } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { webhookDeliveries } from './tables.ts';
import { catchDeliveries, type CaughtDelivery, deliver, sign } from '../../testing/deliver.ts';
import { directoryDeps, startTestLogto } from '../../testing/test-logto.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { untilIdle, waitFor } from '../../testing/wait-for.ts';

const [logto, catcher] = await Promise.all([startTestLogto({}, { shuffleLists: 7 }), catchDeliveries()]);
const server = await startTestServer({ logto: logto.management });
await logto.hookTo(catcher.url);
const sdk = permitSdk(server.permit);
await sdk.api.users.create({ key: 'operator', role_assignments: [{ role: 'admin', tenant: 'default' }] });
// Admits the operator once, so that faults of the vendors do not affect their later calls.
await (await server.asNewcomer('operator')).session.me.query();

interface Signed {
  readonly body: string | Uint8Array;
  readonly signature: string;
}

/** Ways to corrupt a delivery, in transit or by an attacker, so that its signature is not valid. */
const corruptions = {
  'a bit flipped'(body, signature) {
    const bytes = Buffer.from(body);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    return { body: bytes, signature };
  },
  'its end cut off': (body, signature) => ({ body: body.slice(0, -1), signature }),
  'another key': (body) => ({ body, signature: sign(body, 'another-key-of-another-system') }),
} satisfies Record<string, (body: string, signature: string) => Signed>;
type Corruption = keyof typeof corruptions;

/** Returns `undefined`, except once in `times`. */
const seldom = <T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const trouble = fc.constantFrom(
  { status: 503 },
  { status: 429, headers: { 'retry-after': '1' } },
  { delay: 150 },
  { drop: true },
  { corrupt: true },
);
const step = fc.record({
  change: arbitraryLogtoChange({ users: ['staff', 'cleared'], organizations: ['admin', 'guest'] }),
  transmission: arbitraryTransmission,
  corruption: seldom(6, fc.constantFrom<Corruption>('a bit flipped', 'its end cut off', 'another key')),
  /** Whether Logto gets no response and logs the failure, so that a sweep finds the delivery in that log. */
  isUnanswered: seldom(6, fc.constant(true)),
  permit: seldom(2, trouble),
  logto: seldom(3, trouble),
  visitor: seldom(2, fc.nat(1_000)),
  sweep: seldom(10, fc.record({ dryRun: fc.boolean(), force: fc.boolean() })),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test('after any history of deliveries and faults, a sweep makes Permit and the account statuses match Logto', async () => {
  const history = createHistory();
  const operator = await server.asNewcomer('operator');
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 40 }),
      fc.infiniteStream(fc.nat(1_000)),
      async (steps, dice) => {
        for (const one of steps) {
          const { taken, refused, stored, visit, excess } = await history.goOn(one, () => dice.next().value);
          expect(taken).toEqual(taken.map(() => [200, undefined]));
          expect(refused).toEqual(refused.map(() => [401, 'WEBHOOK_SIGNATURE_INVALID']));
          expect(stored).toBe(0);
          expect(['ok', 'SUBJECT_REVOKED', 'DIRECTORY_UNAVAILABLE']).toContain(visit);
          expect(excess).toEqual([]);
        }
        const { id } = await operator.sync.reconcile.mutate({ force: true });
        await untilIdle(server.db);
        const { runs, deliveries } = await operator.sync.status.query();
        expect(runs.find((run) => run.id === id)).toMatchObject({ status: 'done', report: { failed: 0 } });
        expect((await operator.sync.deadLetters.query({})).items).toEqual([]);
        expect(deliveries.pending).toBe(0);
        const recovered = eq(webhookDeliveries.source, 'recovered');
        expect(await server.db.$count(webhookDeliveries, recovered)).toBe(history.unanswered());
        expect(await heldByPermit(history.deps)).toEqual(await expectedFromLogto(history.deps));
        const meant = await history.statuses();
        await waitFor(async () => {
          expect(await Promise.all(meant.map(([user]) => visitOf(user)))).toEqual(
            meant.map(([, visit]) => visit),
          );
        });
        const { id: second } = await operator.sync.reconcile.mutate({ dryRun: true });
        await untilIdle(server.db);
        expect(await operator.sync.drift.query()).toMatchObject({ id: second, report: { changes: {} } });
      },
    ),
    // A history takes seconds and continues the one before, so it cannot be shrunk.
    { numRuns: inject('all') ? 3 : 1, endOnFailure: true },
  );
}, 240_000);

function createHistory() {
  const deps = directoryDeps(server, logto);
  const ids: DirectoryIds = { users: [], organizations: [] };
  const allUsers = new Set<string>();
  const heardOf = new Set<string>();
  const late: CaughtDelivery[] = [];
  let unanswered = 0;
  const watch = watchExcess(deps);
  const note = ({ body }: CaughtDelivery): void => {
    for (const subject of subjectsOf(LogtoEvent.parse(JSON.parse(body)))) {
      if (subject.kind === 'user') heardOf.add(subject.id);
    }
  };
  const send = (all: readonly Signed[]) =>
    Promise.all(all.map(({ body, signature }) => deliver(server.url, body, signature)));

  return {
    deps,
    unanswered: () => unanswered,

    async goOn({ change, corruption, isUnanswered, visitor, sweep, ...its }: Step, roll: () => number) {
      catcher.answer(isUnanswered === true ? 503 : 200);
      await applyLogtoChange(change, ids, logto);
      await logto.emulator.settled();
      await watch.remember();
      for (const id of ids.users) allUsers.add(id);
      const sent = catcher.caught();
      if (isUnanswered === true) unanswered += sent.length;
      const isOnItsWay = corruption === undefined && isUnanswered !== true;
      const arrived = transmit(sent, {
        transmission: isOnItsWay ? its.transmission : 'lost',
        late,
        random: roll,
      });
      for (const one of isUnanswered === true ? [...sent, ...arrived] : arrived) note(one);
      const spoilt =
        corruption === undefined
          ? []
          : sent.map(({ body, signature }) => corruptions[corruption](body, signature));

      if (its.permit !== undefined)
        server.permit.faults.add({ path: '/v2/*', probability: 0.4, ...its.permit });
      if (its.logto !== undefined) logto.emulator.addFault({ probability: 0.3, ...its.logto });
      const [taken, refused] = await Promise.all([send(arrived), send(spoilt)]);
      if (sweep !== undefined) await (await server.asNewcomer('operator')).sync.reconcile.mutate(sweep);
      const user = [...allUsers][(visitor ?? 0) % allUsers.size];
      const visit = visitor === undefined || user === undefined ? 'ok' : await visitOf(user);
      await sleep(roll() % 100);
      server.permit.faults.clear();
      logto.emulator.clearFaults();

      const hashes = spoilt.map(({ body }) => createHash('sha256').update(body).digest('hex'));
      const stored = await server.db.$count(webhookDeliveries, inArray(webhookDeliveries.id, hashes));
      for (const key of (await heldByPermit(deps)).users.keys()) heardOf.add(key);
      return { taken, refused, stored, visit, excess: await watch.excess() };
    },

    /**
     * The expected result of a call by each user. A deleted user whom the server does not know is still admitted.
     */
    async statuses() {
      const { users } = await expectedFromLogto(deps);
      return [...allUsers].map((id) => {
        const roles = users.get(id)?.roles;
        const isRefused = roles === undefined ? heardOf.has(id) : roles.length === 0;
        return [id, isRefused ? 'SUBJECT_REVOKED' : 'ok'] as const;
      });
    },
  };
}

async function visitOf(user: string): Promise<string> {
  return codeOf((await server.asNewcomer(user)).session.me.query());
}
