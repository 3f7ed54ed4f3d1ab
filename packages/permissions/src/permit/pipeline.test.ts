import { createServer, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { AuthorizationUnavailableError } from '../errors.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermitDecider, type PermitDecider, type PermitDeciderOptions } from './permit-decider.ts';

type Decider = PermitDecider<typeof testPolicy>;

const Query = z.object({
  user: z.object({ key: z.string() }),
  action: z.string(),
  resource: z.object({ type: z.string(), key: z.string().optional(), tenant: z.string() }),
  context: z.record(z.string(), z.unknown()),
});
type Query = z.output<typeof Query>;

/** A PDP with facts that the test sets: `user tenant` pairs that have every permission. */
let facts: Set<string>;
let calls: Query[][];
let fault: ((response: ServerResponse) => void) | undefined;
let delay: () => number;
let server: Server;
let url: string;
const open: Decider[] = [];

const factOf = ({ user, resource }: Query): string => `${user.key} ${resource.tenant}`;

beforeEach(async () => {
  facts = new Set();
  calls = [];
  fault = undefined;
  delay = () => 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const single = request.url === '/allowed';
      const queries = single ? [Query.parse(body)] : z.array(Query).parse(body);
      calls.push(queries);
      if (fault !== undefined) {
        fault(response);
        return;
      }
      // Decided on arrival, sent after a delay: responses overtake each other and changes.
      const answers = queries.map((query) => ({ allow: facts.has(factOf(query)) }));
      setTimeout(() => response.end(JSON.stringify(single ? answers[0] : { allow: answers })), delay());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await Promise.all(open.splice(0).map((decider) => decider.close()));
});

function decider(options: Partial<PermitDeciderOptions<typeof testPolicy>> = {}): Decider {
  const made = createPermitDecider({ policy: testPolicy, url, apiKey: 'key', ...options });
  open.push(made);
  return made;
}
const check = (subject: string, tenant = 'acme', more: object = {}) =>
  ({ subject, tenant, permission: 'reports:view', ...more }) as const;
const outcomeOf = async (made: Decider, subject: string, tenant = 'acme'): Promise<string> =>
  (await made.decide([check(subject, tenant)]))[0]?.outcome ?? 'none';

test('the checks of one tick are one call, and identical checks are asked once', async () => {
  const made = decider();
  const outcomes = await Promise.all([
    outcomeOf(made, 'ann'),
    outcomeOf(made, 'bob'),
    Promise.resolve().then(() => outcomeOf(made, 'ann')),
    made.decide([check('cat'), check('ann')]),
  ]);
  expect(outcomes).toHaveLength(4);
  expect(calls.map((queries) => queries.map(({ user }) => user.key))).toEqual([['ann', 'bob', 'cat']]);
});

test('checks with different contexts or attributes are different questions', async () => {
  const made = decider();
  await made.decide([
    check('ann', 'acme', { context: { mfa: true } }),
    check('ann', 'acme', { context: { mfa: false } }),
  ]);
  expect(calls[0]?.map(({ context }) => context)).toEqual([{ mfa: true }, { mfa: false }]);
});

test('a check joins an identical question in flight', async () => {
  const made = decider({ cache: { ttl: 0 } });
  delay = () => 50;
  const first = outcomeOf(made, 'ann');
  await sleep(20);
  const second = outcomeOf(made, 'ann');
  await Promise.all([first, second]);
  expect(calls).toHaveLength(1);
});

test('a decision is used until its ttl ends; a ttl of 0 turns the cache off', async () => {
  const cached = decider({ cache: { ttl: 60_000 } });
  await outcomeOf(cached, 'ann');
  await outcomeOf(cached, 'ann');
  expect(calls).toHaveLength(1);
  const uncached = decider({ cache: { ttl: 0 } });
  await outcomeOf(uncached, 'ann');
  await outcomeOf(uncached, 'ann');
  expect(calls).toHaveLength(3);
});

test.each([
  ['the user', { subject: 'ann' }, true],
  ['the tenant', { tenant: 'acme' }, true],
  ['the instance', { instance: 'reports:1' }, true],
  ['everything', {}, true],
  ['another user', { subject: 'bob' }, false],
  ['another tenant', { tenant: 'other' }, false],
  ['an instance of the same key but another resource', { instance: 'members:1' }, false],
])('an invalidation of %s (%o) asks the PDP again: %s', async (_, invalidated, again) => {
  const made = decider({ cache: { ttl: 60_000 } });
  const question = [check('ann', 'acme', { instance: '1' })];
  await made.decide(question);
  made.invalidate(invalidated);
  await made.decide(question);
  expect(calls).toHaveLength(again ? 2 : 1);
});

test('a response in flight during a change is used for checks from before the change only', async () => {
  const made = decider({ cache: { ttl: 60_000, propagationDelay: 0 } });
  facts.add('ann acme');
  delay = () => 40;
  const before = outcomeOf(made, 'ann');
  await sleep(15);
  facts.delete('ann acme');
  made.invalidate({ subject: 'ann' });
  const after = outcomeOf(made, 'ann');
  expect([await before, await after, await outcomeOf(made, 'ann')]).toEqual(['allow', 'deny', 'deny']);
});

test('within the propagation delay after a change, decisions are not cached', async () => {
  const made = decider({ cache: { ttl: 60_000, propagationDelay: 80 } });
  facts.add('ann acme');
  await outcomeOf(made, 'ann');
  made.invalidate({ subject: 'ann' });
  expect(await outcomeOf(made, 'ann')).toBe('allow'); // the PDP has not learned of the change yet
  facts.delete('ann acme');
  expect(await outcomeOf(made, 'ann')).toBe('deny');
  await sleep(100);
  await outcomeOf(made, 'ann');
  const callsBefore = calls.length;
  await outcomeOf(made, 'ann');
  expect(calls).toHaveLength(callsBefore);
});

test('a transient failure is retried within the deadline, other failures are not', async () => {
  const made = decider({ retries: 2 });
  let failures = 2;
  fault = (response) => {
    failures -= 1;
    if (failures === 0) fault = undefined;
    response.writeHead(503).end();
  };
  facts.add('ann acme');
  expect(await outcomeOf(made, 'ann')).toBe('allow');
  expect(calls).toHaveLength(3);
  fault = (response) => response.writeHead(403).end();
  await expect(outcomeOf(made, 'bob')).rejects.toMatchObject({ outage: 'status' });
  expect(calls).toHaveLength(4);
});

test('the circuit breaker opens after repeated failures, then lets one call through', async () => {
  const made = decider({ retries: 0, breakAfter: 3, breakFor: 60 });
  fault = (response) => response.writeHead(500).end();
  const outages: unknown[] = [];
  for (const subject of ['a', 'b', 'c', 'd', 'e']) {
    outages.push(
      await outcomeOf(made, subject).catch((error: unknown) =>
        error instanceof AuthorizationUnavailableError ? error.outage : error,
      ),
    ); // oxlint-disable-line
  }
  expect(outages).toEqual(['status', 'status', 'status', 'circuit', 'circuit']);
  expect(calls).toHaveLength(3);
  fault = undefined;
  await sleep(80);
  expect(await outcomeOf(made, 'f')).toBe('deny');
});

test('an expired decision is used during an outage only with staleIfError, and never after a change', async () => {
  facts.add('ann acme');
  const strict = decider({ retries: 0, cache: { ttl: 1 } });
  const lenient = decider({ retries: 0, cache: { ttl: 1, staleIfError: 60_000 } });
  await outcomeOf(strict, 'ann');
  await outcomeOf(lenient, 'ann');
  await sleep(5);
  fault = (response) => response.destroy();
  await expect(outcomeOf(strict, 'ann')).rejects.toBeInstanceOf(AuthorizationUnavailableError);
  expect(await outcomeOf(lenient, 'ann')).toBe('allow');
  lenient.invalidate({ subject: 'ann' });
  await expect(outcomeOf(lenient, 'ann')).rejects.toBeInstanceOf(AuthorizationUnavailableError);
});

const people = ['ann', 'bob'] as const;
const tenants = ['acme', 'zeta'] as const;
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('check' as const),
      person: fc.constantFrom(...people),
      tenant: fc.constantFrom(...tenants),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('toggle' as const),
      person: fc.constantFrom(...people),
      tenant: fc.constantFrom(...tenants),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('pause' as const), ms: fc.integer({ min: 0, max: 8 }) }),
  },
);

test('law: a check that starts after a change never gets a decision from before it, whatever is in flight', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 10 })),
      async (steps, delays) => {
        facts.clear();
        delay = () => delays.next().value ?? 0;
        const made = decider({ cache: { ttl: 60_000, propagationDelay: 0 } });
        /** The states of each fact, in order. */
        const history = new Map<string, boolean[]>();
        const running: Promise<{ allowed: boolean; possible: boolean[] }>[] = [];
        for (const next of steps) {
          if (next.kind === 'pause')
            await sleep(next.ms); // oxlint-disable-line no-await-in-loop -- the pause is part of the history
          else {
            const fact = `${next.person} ${next.tenant}`;
            const states = history.get(fact) ?? [false];
            history.set(fact, states);
            if (next.kind === 'toggle') {
              const allowed = !facts.has(fact);
              if (allowed) facts.add(fact);
              else facts.delete(fact);
              states.push(allowed);
              made.invalidate({ subject: next.person });
            } else {
              const since = states.length - 1;
              running.push(
                outcomeOf(made, next.person, next.tenant).then((outcome) => ({
                  allowed: outcome === 'allow',
                  possible: states.slice(since),
                })),
              );
            }
          }
        }
        for (const { allowed, possible } of await Promise.all(running)) expect(possible).toContain(allowed);
        for (const [fact, states] of history) {
          const [person = '', tenant] = fact.split(' ');
          expect(await outcomeOf(made, person, tenant)).toBe(states.at(-1) === true ? 'allow' : 'deny'); // oxlint-disable-line no-await-in-loop
        }
      },
    ),
    { numRuns: 60 },
  );
});

const faults: readonly ((response: ServerResponse) => void)[] = [
  (response) => response.writeHead(500).end('{"allow":true}'),
  (response) => response.writeHead(429).end('{"error":"rate_limited"}'),
  (response) => response.destroy(),
  (response) => response.end('{"allow":tr'),
  (response) => response.end('{"allow":[]}'),
  (response) => response.end('{"allow":[{"allow":true}]}'),
  (response) => response.end('[{"allow":true}]'),
  (response) => response.end('{"allow":"yes","result":true}'),
  (response) => response.writeHead(204).end(),
  (response) => response.writeHead(302, { location: '/' }).end(),
  () => {},
];

test('law: under any fault, no denied check is allowed and no outage is reported as a deny', async () => {
  const subjects = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 2, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...faults), subjects, fc.boolean(), async (broken, asked, denied) => {
      facts.clear();
      if (!denied) for (const subject of asked) facts.add(`${subject} acme`);
      const made = decider({ deadline: 60, retries: 1, cache: { ttl: 0 } });
      fault = broken;
      const answer = await made
        .decide(asked.map((subject) => check(subject)))
        .catch((error: unknown) => error);
      expect(answer).toBeInstanceOf(AuthorizationUnavailableError);
      fault = undefined;
      const healed = await made.decide(asked.map((subject) => check(subject)));
      expect(new Set(healed.map(({ outcome }) => outcome))).toEqual(new Set([denied ? 'deny' : 'allow']));
    }),
    { numRuns: 40 },
  );
});
