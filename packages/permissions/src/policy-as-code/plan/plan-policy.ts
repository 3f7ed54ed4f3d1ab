import type { Policy } from '../../core/policy.ts';
import { keysOf, stepBetween } from './compare-values.ts';
import { planResources, planRoles } from './plan-resources.ts';
import { ignoredBy, type PlanOptions, type IsIgnored } from './plan-options.ts';
import { renamesIn, type Comparison } from './renames.ts';
import {
  ruleKey,
  type PolicySchema,
  type RuleSchema,
  type SetSchema,
  grantedPermissions,
} from '../schema/policy-schema.ts';
import type { PolicyPlan, PolicyStep } from './policy-step.ts';
import { schemaOfPolicy } from '../schema/schema-of-policy.ts';

/**
 * Plans the steps that make an environment match the policy. Other objects get a step that removes them (which
 * `applyPlan` skips without `allowDestructive`), unless the options exclude them. Pure: equal arguments give equal
 * plans. `changesIn(plan)` is empty exactly when the environment matches, apart from excluded objects.
 * @param environment - The result of `readEnvironment`.
 * @throws {TypeError} when a user set and a resource set have the same key, or for an invalid pattern in `ignore`
 */
export function planPolicy(policy: Policy, environment: PolicySchema, options: PlanOptions = {}): PolicyPlan {
  const isIgnored = ignoredBy(options);
  const table = {
    wanted: schemaOfPolicy(policy),
    present: environment,
    renames: renamesIn(policy, environment),
  };
  const resources = ignoredResources(table, isIgnored);
  const comparison = { ...table, wanted: withForeignPermissions(table, resources) };
  const all = [
    ...planUserAttributes(comparison),
    ...planResources(comparison),
    ...planRoles(comparison),
    ...planSets(comparison),
    ...planRules(comparison),
  ];
  const steps = withoutIgnored(all, comparison, { isIgnored, resources });
  const removals = steps.filter(({ change }) => change === 'removed').toReversed();
  return {
    steps: [
      ...steps.filter(({ change }) => change !== 'removed' && change !== 'moved'),
      // Before the removals, because rules about the old role or resource apply until its dependents have moved.
      ...steps.filter(({ change }) => change === 'moved'),
      ...removals,
    ],
  };
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

function planSets({ wanted, present, renames }: Comparison): PolicyStep[] {
  return keysOf(wanted.sets, present.sets).flatMap((key) => {
    const before = setValue(key, present.sets.get(key));
    const after = setValue(key, wanted.sets.get(key));
    const kind = (after ?? before)?.kind;
    if (kind === undefined) return [];
    const step = stepBetween(kind, { key, before, after, isImmutable: isReplaced(before, after) });
    // Nothing is lost with a set whose resource was renamed: it has no assignments, and the policy has its rules.
    const follows =
      after?.resource !== undefined && renames.resources.get(before?.resource ?? '') === after.resource;
    return [step.change === 'replaced' && follows ? { ...step, destructive: false } : step];
  });
}

function attributeValue(key: string, type: string | undefined) {
  return type === undefined ? undefined : { key, type };
}

function setValue(key: string, set: SetSchema | undefined) {
  return set === undefined ? undefined : { key, ...set };
}

/** Permit can change neither the type of a set nor its resource. */
function isReplaced(before: SetSchema | undefined, after: SetSchema | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return before.kind !== after.kind || before.resource !== after.resource;
}

function planRules({ wanted, present, renames }: Comparison): PolicyStep[] {
  // Permit removes the rules of a replaced set.
  const isSetReplaced = (set: string): boolean => isReplaced(present.sets.get(set), wanted.sets.get(set));
  const isRenamed = ({ who, what }: RuleSchema): boolean =>
    (who.kind === 'role' && renames.roles.has(who.key)) ||
    (what.kind === 'resource' && renames.resources.has(what.key));
  return keysOf(wanted.rules, present.rules).map((key) => {
    const after = wanted.rules.get(key);
    const rule = present.rules.get(key);
    const parties = rule === undefined ? [] : [rule.who, rule.what];
    const isRemoved = parties.some((party) => party.kind.endsWith('set') && isSetReplaced(party.key));
    const step = stepBetween('rule', {
      key,
      before: isRemoved && after !== undefined ? undefined : rule,
      after,
    });
    // Nothing is lost: the policy has the rule under the new name.
    return step.change === 'removed' && rule !== undefined && isRenamed(rule)
      ? { ...step, destructive: false }
      : step;
  });
}

/** Neither defined by the policy nor removed by the plan. */
function ignoredResources(
  { wanted, present, renames }: Comparison,
  isIgnored: IsIgnored,
): ReadonlySet<string> {
  const isNamed = (key: string): boolean => wanted.resources.has(key) || renames.resources.has(key);
  return new Set([...present.resources.keys()].filter((key) => !isNamed(key) && isIgnored('resource', key)));
}

/**
 * In a shared environment, the policy's roles keep their permissions on unmanaged resources, because Permit replaces
 * the permissions of a tenant role as a whole. A renamed role also keeps its rules about them.
 */
function withForeignPermissions(
  { wanted, present, renames }: Comparison,
  ignored: ReadonlySet<string>,
): PolicySchema {
  const isForeign = (permission: string): boolean =>
    ignored.has(permission.slice(0, permission.indexOf(':')));
  const oldKeys = new Map([...renames.roles].map(([old, key]) => [key, old]));
  const roles = new Map(
    [...wanted.roles].map(([key, role]) => {
      const held = [key, oldKeys.get(key) ?? key].flatMap((one) => [
        ...grantedPermissions(present.roles, one),
      ]);
      const foreign = new Set(held.filter(isForeign));
      return [key, { ...role, permissions: [...role.permissions, ...foreign] }];
    }),
  );
  const rules = new Map(wanted.rules);
  for (const rule of present.rules.values()) {
    const key = rule.who.kind === 'role' ? renames.roles.get(rule.who.key) : undefined;
    if (key === undefined || !ignored.has(resourceOf(rule, present) ?? '')) continue;
    const moved: RuleSchema = { ...rule, who: { ...rule.who, key } };
    rules.set(ruleKey(moved), moved);
  }
  return { ...wanted, roles, rules };
}

function resourceOf({ what }: RuleSchema, { sets }: PolicySchema): string | undefined {
  return what.kind === 'resource' ? what.key : sets.get(what.key)?.resource;
}

function withoutIgnored(
  steps: readonly PolicyStep[],
  { present }: Comparison,
  { isIgnored, resources }: { readonly isIgnored: IsIgnored; readonly resources: ReadonlySet<string> },
): PolicyStep[] {
  return steps.filter((step) => {
    if (step.change !== 'removed') return true;
    if (isIgnored(step.kind, step.key)) return false;
    return (
      step.kind !== 'rule' ||
      step.before === undefined ||
      !resources.has(resourceOf(step.before, present) ?? '')
    );
  });
}
