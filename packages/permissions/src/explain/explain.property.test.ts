import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Facts } from '../facts/facts.ts';
import type { Policy } from '../core/policy.ts';
import { grouped, mapValues } from '../core/records.ts';
import { valueOf } from '../core/records.ts';
import { arbitraryFacts } from '../testing/arbitrary-facts.ts';
import { arbitraryCheck, arbitraryPolicy } from '../testing/fixtures/arbitrary-policy.ts';
import { oracle } from '../testing/fixtures/oracle.ts';
import { applyChange } from './apply-change.ts';
import { explain } from './explain.ts';
import type { Change, GrantPath, InstanceRolePath } from './explanation.ts';
import type { Situation } from './situation.ts';

/* The expected decisions come from the oracle, which shares no code with the engine that explains. */

const situations: fc.Arbitrary<Situation> = arbitraryPolicy().chain((policy) =>
  fc.record({
    policy: fc.constant(policy),
    facts: arbitraryFacts(policy),
    check: arbitraryCheck(policy),
  }),
);

const decide = ({ policy, facts, check }: Situation): boolean => oracle(policy, facts, check);

test('the explanation and the decision have the same verdict', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const explanation = explain(situation);
      expect(explanation.outcome).toBe(decide(situation) ? 'allow' : 'deny');
      expect(explanation.outcome === 'allow' && explanation.paths.length === 0).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('each path is sufficient by itself, and no path is missing', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(situations, (situation) => {
      const explanation = explain(situation);
      if (explanation.outcome === 'deny') return;
      for (const path of explanation.paths) {
        kinds.add(path.kind === 'instance-role' ? `over ${path.derives.length} links` : path.kind);
        expect([path.text, decide(onlyPath(situation, path))]).toEqual([path.text, true]);
      }
      const { policy, facts, check } = situation;
      const suffices = (path: GrantPath) => decide(onlyPath(situation, path));
      const roles = (valueOf(facts.users?.[check.subject]?.roles ?? {}, check.tenant) ?? []).map(
        (role): GrantPath => ({
          kind: 'tenant-role',
          text: '',
          role,
          tenant: check.tenant,
          inherits: [],
        }),
      );
      const rules = (policy.rules ?? []).map((_, rule): GrantPath => ({
        kind: 'rule',
        text: '',
        rule,
        holder: { role: '' },
        on: { resource: '' },
      }));
      const found = (kind: string) => explanation.paths.filter((path) => path.kind === kind).length;
      expect(found('tenant-role')).toBe(roles.filter(suffices).length);
      expect(found('rule')).toBe(rules.filter(suffices).length);
    }),
    { numRuns: 500 },
  );
  expect([...kinds]).toEqual(expect.arrayContaining(['tenant-role', 'rule', 'over 0 links', 'over 1 links']));
});

test('each remedy allows the check, no subset of it does, and no role is missing', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(situations, (situation) => {
      const explanation = explain(situation);
      if (explanation.outcome === 'allow') return;
      for (const { changes, text } of explanation.remedies) {
        kinds.add(changes.map((change) => ('of' in change ? change.of : change.kind)).join('+'));
        expect([text, decide(changes.reduce(applyChange, situation))]).toEqual([text, true]);
        for (const part of smallerParts(changes)) {
          expect([text, decide(part.reduce(applyChange, situation))]).toEqual([text, false]);
        }
      }
      const known = explanation.remedies.map(({ changes }) => JSON.stringify(changes));
      for (const change of rolesFor(situation)) {
        if (!decide(applyChange(situation, change))) continue;
        // When any role would do, because the condition only requires membership, the remedy names the default role.
        const alternatives = [change, { ...change, role: situation.policy.defaultRole }];
        expect(known.some((some) => alternatives.some((one) => some === JSON.stringify([one])))).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
  // Other kinds, such as `context`, are so rare that 500 runs may not contain them.
  expect([...kinds]).toEqual(
    expect.arrayContaining(['tenant-role', 'instance-role', 'relation', 'user', 'resource']),
  );
  expect([...kinds].some((kind) => kind.includes('+'))).toBe(true);
});

function rolesFor({ policy, check }: Situation): Change[] {
  const { subject: user, tenant, permission, instance } = check;
  const resource = permission.split(':')[0] ?? '';
  const onInstance = instance === undefined ? [] : Object.keys(policy.resources[resource]?.roles ?? {});
  return [
    ...Object.keys(policy.roles).map((role): Change => ({ kind: 'tenant-role', user, role, tenant })),
    ...onInstance.map((role): Change => ({
      kind: 'instance-role',
      user,
      role,
      object: `${resource}:${instance}`,
    })),
  ];
}

function smallerParts<T>(items: readonly T[]): T[][] {
  const parts = items.reduce<T[][]>((all, item) => [...all, ...all.map((part) => [...part, item])], [[]]);
  return parts.filter((part) => part.length < items.length);
}

function onlyPath({ policy, facts, check }: Situation, path: GrantPath): Situation {
  const user = facts.users?.[check.subject];
  if (path.kind === 'rule') {
    const rules = (policy.rules ?? []).slice(path.rule, path.rule + 1);
    return { policy: { ...withoutGrants(policy, ['tenant', 'instance']), rules }, facts, check };
  }
  if (path.kind === 'tenant-role') {
    const only = { ...user, instanceRoles: {}, roles: { [path.tenant]: [path.role] } };
    return {
      policy: withoutGrants(policy, ['instance', 'rules']),
      facts: { ...facts, users: { [check.subject]: only } },
      check,
    };
  }
  const only = { ...user, roles: {}, instanceRoles: { [path.object]: [path.role] } };
  return {
    policy: withoutGrants(policy, ['tenant', 'rules']),
    facts: { users: { [check.subject]: only }, instances: instancesOf(facts, path) },
    check,
  };
}

function instancesOf(facts: Facts, path: InstanceRolePath): NonNullable<Facts['instances']> {
  const subjects = [path.object, ...path.derives.map(({ object }) => object)];
  const links = path.derives.map((step, index) => ({ ...step, subject: subjects[index] ?? '' }));
  return mapValues<{ readonly tenant: string } | undefined, object & { readonly tenant: string }>(
    facts.instances ?? {},
    (instance, key) => ({
      tenant: instance?.tenant ?? '',
      relations: grouped(
        links.filter(({ object }) => object === key),
        ({ relation }) => relation,
        (ofRelation) => ofRelation.map(({ subject }) => subject),
      ),
    }),
  );
}

function withoutGrants(policy: Policy, without: readonly ('tenant' | 'instance' | 'rules')[]): Policy {
  const resources = mapValues(policy.resources, ({ roles = {}, ...resource }) => ({
    ...resource,
    roles: mapValues(roles, (role) => ({ ...role, permissions: [] })),
  }));
  return {
    ...policy,
    ...(without.includes('instance') && { resources }),
    ...(without.includes('tenant') && { roles: mapValues(policy.roles, () => ({ permissions: [] })) }),
    ...(without.includes('rules') && { rules: [] }),
  };
}
