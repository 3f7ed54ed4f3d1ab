import type { Policy } from '../../policy.ts';
import { keysOf, stepBetween } from './compare-values.ts';
import { planResources } from './plan-resources.ts';
import { planRoles } from './plan-roles.ts';
import type { Comparison, PolicySchema, SetSchema } from '../schema/policy-schema.ts';
import type { PolicyPlan, PolicyStep } from './policy-step.ts';
import { schemaOfPolicy } from '../schema/schema-of-policy.ts';

/**
 * What would bring the environment to what the table says. Whatever the table does not name is there as a step that
 * removes it. Nothing is asked or changed here; the same two always give the same plan, and it is empty of changes
 * exactly when the environment says what the table does.
 * @throws {TypeError} when a user set and a resource set of the table have the same key.
 */
export function planPolicy(policy: Policy, environment: PolicySchema): PolicyPlan {
  const comparison = { wanted: schemaOfPolicy(policy), present: environment };
  const steps = [
    ...planUserAttributes(comparison),
    ...planResources(comparison),
    ...planRoles(comparison),
    ...planSets(comparison),
    ...planRules(comparison),
  ];
  const removals = steps.filter(({ change }) => change === 'removed');
  return { steps: [...steps.filter(({ change }) => change !== 'removed'), ...removals.toReversed()] };
}

function planUserAttributes({ wanted, present }: Comparison): PolicyStep[] {
  return keysOf(wanted.userAttributes, present.userAttributes).map((key) =>
    stepBetween('user attribute', {
      key,
      before: attributeValue(key, present.userAttributes.get(key)),
      after: attributeValue(key, wanted.userAttributes.get(key)),
    }),
  );
}

function planSets({ wanted, present }: Comparison): PolicyStep[] {
  return keysOf(wanted.sets, present.sets).flatMap((key) => {
    const before = setValue(key, present.sets.get(key));
    const after = setValue(key, wanted.sets.get(key));
    const kind = (after ?? before)?.kind;
    const fixed = isReplaced(before, after);
    return kind === undefined ? [] : [stepBetween(kind, { key, before, after, fixed })];
  });
}

function attributeValue(key: string, type: string | undefined) {
  return type === undefined ? undefined : { key, type };
}

function setValue(key: string, set: SetSchema | undefined) {
  return set === undefined ? undefined : { key, ...set };
}

/** Permit can change neither what kind of set it is, nor the resource that a set is about. */
function isReplaced(before: SetSchema | undefined, after: SetSchema | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return before.kind !== after.kind || before.resource !== after.resource;
}

function planRules({ wanted, present }: Comparison): PolicyStep[] {
  // With a set that is made anew, its rules are gone.
  const lost = (set: string): boolean => isReplaced(present.sets.get(set), wanted.sets.get(set));
  return keysOf(wanted.rules, present.rules).map((key) => {
    const after = wanted.rules.get(key);
    const rule = present.rules.get(key);
    const parties = rule === undefined ? [] : [rule.who, rule.what];
    const gone = parties.some((party) => party.kind.endsWith('set') && lost(party.key));
    return stepBetween('rule', { key, before: gone && after !== undefined ? undefined : rule, after });
  });
}
