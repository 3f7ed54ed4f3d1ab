import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { listenJson } from '../testing/fixtures/listen.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermitDecider } from './permit-decider.ts';
import type { PermitDecider, PermitDeciderOptions } from './permit-decider-types.ts';

type Decider = PermitDecider<typeof testPolicy>;

const Query = z.object({
  user: z.object({ key: z.string() }),
  action: z.string(),
  resource: z.object({ type: z.string(), key: z.string().optional(), tenant: z.string() }),
  context: z.record(z.string(), z.unknown()),
});
type Query = z.output<typeof Query>;

/** `user tenant`: the user has every permission in the tenant. */
let facts: Set<string>;
let calls: Query[][];
let fault: ((response: ServerResponse) => void) | undefined;
let delay: () => number;
/** While set, collects responses until `release`. */
let held: (() => void)[] | undefined;
let url: string;
const open: Decider[] = [];

const factOf = ({ user, resource }: Query): string => `${user.key} ${resource.tenant}`;

beforeEach(async () => {
  facts = new Set();
  calls = [];
  fault = undefined;
  delay = () => 0;
  held = undefined;
  const pdp = await listenJson((body, request, response) => {
    const single = request.url === '/allowed';
    const queries = single ? [Query.parse(body)] : z.array(Query).parse(body);
    calls.push(queries);
    if (fault !== undefined) {
      fault(response);
      return;
    }
    // Decides on arrival and responds later, so that responses can overtake changes and each other.
    const answers = queries.map((query) => ({ allow: facts.has(factOf(query)) }));
    const send = (): void => void response.end(JSON.stringify(single ? answers[0] : { allow: answers }));
    if (held === undefined) setTimeout(send, delay());
    else held.push(send);
  });
  url = pdp.url;
  return async () => {
    vi.useRealTimers();
    pdp.close();
    await Promise.all(open.splice(0).map((decider) => decider.close()));
  };
});

function decider(options: Partial<PermitDeciderOptions<typeof testPolicy>> = {}): Decider {
  const made = createPermitDecider({
    policy: testPolicy,
    url,
    apiKey: 'key',
    deadline: 30_000,
    onOutage: () => {},
    ...options,
  });
  open.push(made);
  return made;
}
/** Until the PDP has received this many calls. */
const arrived = (count: number): Promise<void> => expect.poll(() => calls.length).toBe(count);
function release(): void {
  const all = held ?? [];
  held = undefined;
  for (const send of all) send();
}
/** Only `pass` advances the clock of the cache and the circuit breaker. */
const stopTheClock = (): void => void vi.useFakeTimers({ toFake: ['performance', 'Date'] });
const pass = (milliseconds: number): void => void vi.advanceTimersByTime(milliseconds);
const check = (subject: string, tenant = 'acme', more: object = {}) =>
  ({ subject, tenant, permission: 'reports:view', ...more }) as const;
const outcomeOf = async (made: Decider, subject: string, tenant = 'acme'): Promise<string> =>
  (await made.decide([check(subject, tenant)]))[0]?.outcome ?? 'none';

test('the checks of one tick are one call, and identical checks are sent once', async () => {
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

test('a check joins an identical one in flight', async () => {
  const made = decider({ cache: { ttl: 0 } });
  held = [];
  const first = outcomeOf(made, 'ann');
  await arrived(1);
  const second = outcomeOf(made, 'ann');
  release();
  await Promise.all([first, second]);
  expect(calls).toHaveLength(1);
  await outcomeOf(made, 'ann');
  expect(calls).toHaveLength(2);
});

test('onSource is called with the source and the check of each decision', async () => {
  const made = decider({ cache: { propagationDelay: 0 } });
  const sources: string[] = [];
  const ask = (subjects: readonly string[]) =>
    made.decide(
      subjects.map((subject) => check(subject)),
      { onSource: (source, index) => void sources.push(`${subjects[index]}: ${source}`) },
    );
  held = [];
  const first = ask(['ann', 'bob']);
  const second = ask(['bob']);
  await arrived(1);
  release();
  await Promise.all([first, second]);
  await ask(['cat', 'ann']);
  expect(sources.toSorted()).toEqual(['ann: cache', 'ann: pdp', 'bob: joined', 'bob: pdp', 'cat: pdp']);
});

test('a decision is cached for its ttl; a ttl of 0 disables the cache', async () => {
  stopTheClock();
  const cached = decider({ cache: { ttl: 60_000 } });
  await outcomeOf(cached, 'ann');
  pass(59_999);
  await outcomeOf(cached, 'ann');
  expect(calls).toHaveLength(1);
  pass(1);
  await outcomeOf(cached, 'ann');
  expect(calls).toHaveLength(2);
  const uncached = decider({ cache: { ttl: 0, staleIfError: 60_000 } });
  await outcomeOf(uncached, 'ann');
  await outcomeOf(uncached, 'ann');
  expect(calls).toHaveLength(4);
  fault = (response) => response.writeHead(403).end();
  await expect(outcomeOf(uncached, 'ann')).rejects.toBeInstanceOf(AuthorizationUnavailableError);
});

test('the cache holds at most `max` decisions', async () => {
  const made = decider({ cache: { ttl: 60_000, max: 2 } });
  for (const subject of ['ann', 'bob', 'cat', 'bob', 'cat']) await outcomeOf(made, subject); // oxlint-disable-line no-await-in-loop -- one after the other
  expect(calls).toHaveLength(3);
  await outcomeOf(made, 'ann');
  expect(calls).toHaveLength(4);
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
  void made.invalidate(invalidated);
  await made.decide(question);
  expect(calls).toHaveLength(again ? 2 : 1);
});

test('a response in flight during a change is used only for checks from before the change', async () => {
  const made = decider({ cache: { ttl: 60_000, propagationDelay: 0 } });
  facts.add('ann acme');
  held = [];
  const before = outcomeOf(made, 'ann');
  await arrived(1);
  facts.delete('ann acme');
  void made.invalidate({ subject: 'ann' });
  const after = outcomeOf(made, 'ann');
  await arrived(2);
  held.reverse(); // The old answer arrives last.
  release();
  expect([await before, await after, await outcomeOf(made, 'ann')]).toEqual(['allow', 'deny', 'deny']);
  expect(calls).toHaveLength(2);
});

test('no decision from before a change is used, even after many other changes', async () => {
  const made = decider({ cache: { ttl: 60_000, propagationDelay: 0 } });
  facts.add('ann acme');
  facts.add('ben acme');
  expect([await outcomeOf(made, 'ann'), await outcomeOf(made, 'ben')]).toEqual(['allow', 'allow']);
  facts.clear();
  void made.invalidate({ subject: 'ann' });
  void made.invalidate({ instance: 'reports:1' });
  for (let other = 0; other < 10_000; other++) void made.invalidate({ subject: `other-${other}` });
  expect(await outcomeOf(made, 'ann')).toBe('deny');
  void made.invalidate({ subject: 'ben' });
  for (let other = 0; other < 10_000; other++) void made.invalidate({ tenant: `other-${other}` });
  expect(await outcomeOf(made, 'ben')).toBe('deny');
});

test('a change of everything is remembered after an older change of one user is evicted', async () => {
  const made = decider({ cache: { ttl: 60_000, propagationDelay: 0 } });
  facts.add('ann acme');
  void made.invalidate({ subject: 'ann' });
  expect(await outcomeOf(made, 'ann')).toBe('allow');
  facts.clear();
  void made.invalidate({});
  for (let other = 0; other < 10_000; other++) void made.invalidate({ subject: `other-${other}` });
  expect(await outcomeOf(made, 'ann')).toBe('deny');
});

test('a user who changes twice does not invalidate decisions about others', async () => {
  const made = decider({ cache: { ttl: 60_000, propagationDelay: 0 } });
  await outcomeOf(made, 'bob');
  for (let change = 0; change < 3; change++) void made.invalidate({ subject: 'ann' });
  await outcomeOf(made, 'bob');
  expect(calls).toHaveLength(1);
});

test('within the propagation delay after a change, decisions are not cached', async () => {
  stopTheClock();
  const made = decider({ cache: { ttl: 60_000, propagationDelay: 80 } });
  facts.add('ann acme');
  await outcomeOf(made, 'ann');
  void made.invalidate({ subject: 'ann' });
  expect(await outcomeOf(made, 'ann')).toBe('allow'); // the PDP has not received the change yet
  pass(79);
  facts.delete('ann acme');
  expect(await outcomeOf(made, 'ann')).toBe('deny');
  expect(await outcomeOf(made, 'ann')).toBe('deny');
  expect(calls).toHaveLength(4);
  pass(1);
  await outcomeOf(made, 'ann');
  expect(calls).toHaveLength(5);
  await outcomeOf(made, 'ann');
  expect(calls).toHaveLength(5);
});

test('the circuit breaker opens after repeated failures, then lets one call through', async () => {
  stopTheClock();
  const made = decider({ retries: 0, breakAfter: 3, breakFor: 60 });
  fault = (response) => response.writeHead(500).end();
  const outageOf = (subject: string): Promise<unknown> =>
    outcomeOf(made, subject).catch((error: unknown) =>
      error instanceof AuthorizationUnavailableError ? error.outage : error,
    );
  const outages: unknown[] = [];
  for (const subject of ['a', 'b', 'c', 'd', 'e']) outages.push(await outageOf(subject)); // oxlint-disable-line no-await-in-loop
  expect(outages).toEqual(['status', 'status', 'status', 'circuit', 'circuit']);
  expect(calls).toHaveLength(3);
  pass(59);
  expect(await outageOf('f')).toBe('circuit');
  fault = undefined;
  pass(1);
  expect(await outcomeOf(made, 'g')).toBe('deny');
  expect(await outcomeOf(made, 'h')).toBe('deny');
});

const failing = (response: ServerResponse) => void response.writeHead(500).end();

test('each cause of an outage is reported once until the PDP answers, and at most once a minute', async () => {
  stopTheClock();
  const warnings: string[] = [];
  const onOutage = (warning: string): void => void warnings.push(warning);
  const made = decider({ retries: 0, breakAfter: 2, breakFor: 60, cache: { ttl: 0 }, onOutage });
  const ask = () => outcomeOf(made, 'ann').catch(() => 'outage');
  fault = failing;
  for (let call = 0; call < 3; call += 1) expect(await ask()).toBe('outage'); // oxlint-disable-line no-await-in-loop
  expect(warnings).toHaveLength(1); // the circuit breaker is open
  pass(120_000);
  await ask();
  expect(warnings).toHaveLength(1); // it has not recovered
  fault = undefined;
  pass(60);
  expect(await ask()).toBe('deny');
  fault = failing;
  await ask();
  expect(warnings).toHaveLength(2);
  fault = undefined;
  expect(await ask()).toBe('deny');
  fault = failing;
  await ask();
  expect(warnings).toHaveLength(2); // within the minute
  fault = (response) => void response.writeHead(401).end();
  pass(60);
  await ask();
  expect(warnings).toHaveLength(3); // another cause
  expect(warnings[2]).toContain('Set `apiKey`');
});

test('without `onOutage` the warning is printed', async () => {
  const printed = vi.spyOn(console, 'warn').mockReturnValue();
  fault = failing;
  await outcomeOf(decider({ retries: 0, onOutage: undefined }), 'ann').catch(() => 'outage');
  expect(printed.mock.calls).toEqual([[expect.stringContaining("Read the PDP's log.")]]);
  printed.mockRestore();
});

test('an expired decision is used during an outage only with staleIfError, within its limit, and never after a change', async () => {
  stopTheClock();
  facts.add('ann acme');
  const strict = decider({ retries: 0, cache: { ttl: 1_000 } });
  const lenient = decider({ retries: 0, cache: { ttl: 1_000, staleIfError: 60_000 } });
  await outcomeOf(strict, 'ann');
  await outcomeOf(lenient, 'ann');
  pass(1_000);
  fault = (response) => response.destroy();
  await expect(outcomeOf(strict, 'ann')).rejects.toBeInstanceOf(AuthorizationUnavailableError);
  pass(59_999);
  expect(await outcomeOf(lenient, 'ann')).toBe('allow');
  pass(1);
  await expect(outcomeOf(lenient, 'ann')).rejects.toBeInstanceOf(AuthorizationUnavailableError);

  fault = undefined;
  await outcomeOf(lenient, 'ann');
  pass(1_000);
  fault = (response) => response.destroy();
  expect(await outcomeOf(lenient, 'ann')).toBe('allow');
  void lenient.invalidate({ subject: 'ann' });
  await expect(outcomeOf(lenient, 'ann')).rejects.toBeInstanceOf(AuthorizationUnavailableError);
});

test('an expired decision is not used when the facts change while the PDP is failing', async () => {
  stopTheClock();
  const made = decider({ retries: 0, cache: { ttl: 1_000, staleIfError: 60_000 } });
  facts.add('ann acme');
  await outcomeOf(made, 'ann');
  pass(1_000);
  const responses: ServerResponse[] = [];
  fault = (response) => void responses.push(response);
  const during = outcomeOf(made, 'ann');
  await arrived(2);
  void made.invalidate({ subject: 'ann' });
  responses[0]?.destroy();
  await expect(during).rejects.toBeInstanceOf(AuthorizationUnavailableError);
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

test('law: a check that starts after a change never gets a decision from before it, with any calls in flight', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 10 })),
      async (steps, delays) => {
        facts.clear();
        delay = () => delays.next().value ?? 0;
        const made = decider({ cache: { ttl: 60_000, propagationDelay: 0 } });
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
              void made.invalidate({ subject: next.person });
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

/** Never responds: only with this fault does a call run into the deadline, so only then is it short. */
const silence = (): void => {};
const limited = (retryAfter: () => string) => {
  const arrivals: number[] = [];
  fault = (response) => {
    arrivals.push(Date.now());
    if (arrivals.length === 2) fault = undefined;
    const headers = { 'retry-after': arrivals.length === 1 ? retryAfter() : '0' };
    response.writeHead(429, headers).end('{"error":"rate_limited"}');
  };
  return arrivals;
};

test.each([
  ['in seconds', () => '1'],
  ['as a date', () => new Date(Date.now() + 2_000).toUTCString()],
])('a retry waits as long as Retry-After requests, %s', async (_, retryAfter) => {
  facts.add('ann acme');
  const arrivals = limited(retryAfter);
  expect(await outcomeOf(decider(), 'ann')).toBe('allow');
  const [first = 0, second = 0] = arrivals;
  // An HTTP date has whole seconds: one two seconds ahead may ask for little more than one.
  expect(second - first).toBeGreaterThanOrEqual(990);
  expect(calls).toHaveLength(3);
});

test('a Retry-After beyond the deadline fails immediately', async () => {
  limited(() => '31');
  await expect(decider().decide([check('ann')])).rejects.toMatchObject({ outage: 'status' });
  expect(calls).toHaveLength(1);
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
  silence,
];

test('law: under any fault, no denied check is allowed and no outage is reported as a deny', async () => {
  const subjects = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 2, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...faults), subjects, fc.boolean(), async (broken, asked, denied) => {
      facts.clear();
      if (!denied) for (const subject of asked) facts.add(`${subject} acme`);
      const made = decider({ deadline: broken === silence ? 60 : 30_000, retries: 1, cache: { ttl: 0 } });
      const decide = () => made.decide(asked.map((subject) => check(subject)));
      fault = broken;
      const answer = await decide().catch((error: unknown) => error);
      expect(answer).toBeInstanceOf(AuthorizationUnavailableError);
      fault = undefined;
      // On a busy machine a call may exceed the short deadline again.
      const healed = await vi.waitFor(decide, { timeout: 60_000, interval: 10 });
      expect(new Set(healed.map(({ outcome }) => outcome))).toEqual(new Set([denied ? 'deny' : 'allow']));
    }),
    { numRuns: 40 },
  );
});
