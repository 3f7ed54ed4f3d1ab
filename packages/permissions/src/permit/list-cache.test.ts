import * as fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createPermissions } from '../core/permissions.ts';
import { listenJson } from '../testing/fixtures/listen.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import type { Invalidation } from './invalidations.ts';
import { createPermitDecider } from './permit-decider.ts';
import type { PermitDecider, PermitDeciderOptions } from './permit-decider-types.ts';

type Decider = PermitDecider<typeof testPolicy>;

const Question = z.object({
  user: z.object({ key: z.string() }),
  tenants: z.tuple([z.string()]),
  resource_types: z.tuple([z.string()]),
});

/** `user instance`: the user owns the report in the tenant acme. */
let facts: Set<string>;
let calls: string[];
/** While set, collects responses. */
let held: (() => void)[] | undefined;
let url: string;
const open: Decider[] = [];

beforeEach(async () => {
  facts = new Set();
  calls = [];
  held = undefined;
  const pdp = await listenJson((body, _request, response) => {
    const { user, tenants, resource_types: types } = Question.parse(body);
    calls.push(`${user.key} ${types[0]}`);
    // Decides on arrival and may respond later, so that responses can overtake changes and each other.
    const answer = JSON.stringify(types[0] === 'reports' && tenants[0] === 'acme' ? ownedBy(user.key) : {});
    const send = (): void => void response.end(answer);
    if (held === undefined) send();
    else held.push(send);
  });
  url = pdp.url;
  return async () => {
    vi.useRealTimers();
    pdp.close();
    await Promise.all(open.splice(0).map((decider) => decider.close()));
  };
});

const owned = (user: string): string[] =>
  [...facts].filter((fact) => fact.startsWith(`${user} `)).map((fact) => fact.slice(user.length + 1));
const ownedBy = (user: string): object =>
  Object.fromEntries(
    owned(user).map((key) => [`reports:${key}`, { roles: ['owner'], permissions: ['reports:publish'] }]),
  );

function decider(cache: PermitDeciderOptions<typeof testPolicy>['cache'] = {}): Decider {
  const made = createPermitDecider({ policy: testPolicy, url, apiKey: 'key', deadline: 30_000, cache });
  open.push(made);
  return made;
}
const keysOf = async (made: Decider, subject: string, tenant = 'acme'): Promise<readonly string[]> => {
  const plan = await createPermissions(made, { subject, tenant }).list('reports:publish');
  const [first] = plan.kind === 'some' ? plan.any : [];
  return first?.by === 'id' ? first.keys : [];
};

test('planning a list again makes no call to the PDP, for the same user and tenant', async () => {
  const made = decider();
  facts.add('ann 1');
  expect(await keysOf(made, 'ann')).toEqual(['1']);
  expect(await keysOf(made, 'ann')).toEqual(['1']);
  expect(calls).toEqual(['ann __tenant', 'ann reports']);
  expect(await keysOf(made, 'bob')).toEqual([]);
  expect(await keysOf(made, 'ann', 'zeta')).toEqual([]);
  expect(calls).toHaveLength(6);
});

test.each<[Invalidation, boolean]>([
  [{ subject: 'ann' }, true],
  [{ subject: 'bob' }, false],
  [{ tenant: 'acme' }, true],
  [{ tenant: 'zeta' }, false],
  // A plan does not tell which instances affect it, so any instance does.
  [{ instance: 'reports:unheard' }, true],
  [{}, true],
])('after a change of %j the list is planned again: %s', async (change, again) => {
  const made = decider({ propagationDelay: 0 });
  await keysOf(made, 'ann');
  facts.add('ann 1');
  void made.invalidate(change);
  expect(await keysOf(made, 'ann')).toEqual(again ? ['1'] : []);
});

const people = ['ann', 'bob'] as const;
const step = fc.record({
  kind: fc.constantFrom('list', 'list', 'list', 'change', 'deliver'),
  person: fc.constantFrom(...people),
  key: fc.constantFrom('1', '2'),
  by: fc.constantFrom('subject', 'tenant', 'instance', 'everything'),
  newest: fc.boolean(),
});

test('law: a list that starts after a change never uses facts from before it, with any calls in flight', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      facts.clear();
      const waiting: (() => void)[] = [];
      held = waiting;
      const made = decider({ ttl: 60_000, propagationDelay: 0 });
      const history = new Map<string, string[][]>(people.map((person) => [person, [[]]]));
      const running: Promise<{ keys: string[]; possible: string[][] }>[] = [];
      for (const { kind, person, key, by, newest } of steps) {
        const states = history.get(person) ?? [];
        if (kind === 'list') {
          const since = states.length - 1;
          running.push(
            keysOf(made, person).then((keys) => ({ keys: [...keys], possible: states.slice(since) })),
          );
        } else if (kind === 'change') {
          const fact = `${person} ${key}`;
          if (!facts.delete(fact)) facts.add(fact);
          states.push(owned(person).toSorted());
          void made.invalidate(
            {
              subject: { subject: person },
              tenant: { tenant: 'acme' },
              instance: { instance: `reports:${key}` },
              everything: {},
            }[by],
          );
        } else (newest ? waiting.pop() : waiting.shift())?.();
        await new Promise((resolve) => setImmediate(resolve)); // oxlint-disable-line no-await-in-loop -- lets pending responses arrive
      }
      held = undefined;
      for (const send of waiting) send();
      for (const { keys, possible } of await Promise.all(running)) expect(possible).toContainEqual(keys);
      for (const person of people)
        expect([...(await keysOf(made, person))]).toEqual(owned(person).toSorted()); // oxlint-disable-line no-await-in-loop
    }),
    { numRuns: 60 },
  );
});
