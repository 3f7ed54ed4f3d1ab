import { grantedPermissions } from '../schema/granted-permissions.ts';
import type { PolicySchema, RuleSchema } from '../schema/policy-schema.ts';
import type { Comparison } from './renames.ts';
import type { IsIgnored } from './plan-options.ts';
import type { PolicyStep } from './policy-step.ts';

/** The environment's resources that the policy does not define and the plan does not remove. */
export function ignoredResources(
  { wanted, present, renames }: Comparison,
  isIgnored: IsIgnored,
): ReadonlySet<string> {
  const isNamed = (key: string): boolean => wanted.resources.has(key) || renames.resources.has(key);
  return new Set([...present.resources.keys()].filter((key) => !isNamed(key) && isIgnored('resource', key)));
}

/**
 * The wanted schema in a shared environment: a role of the policy retains its permissions on unmanaged resources, because
 * Permit replaces the permissions of a tenant role as a whole.
 */
export function withForeignPermissions(
  { wanted, present }: Comparison,
  ignored: ReadonlySet<string>,
): PolicySchema {
  const isForeign = (permission: string): boolean =>
    ignored.has(permission.slice(0, permission.indexOf(':')));
  const roles = new Map(
    [...wanted.roles].map(([key, role]) => {
      const foreign = [...grantedPermissions(present.roles, key)].filter(isForeign);
      return [key, { ...role, permissions: [...role.permissions, ...foreign] }];
    }),
  );
  return { ...wanted, roles };
}

/** The steps without those that would remove an unmanaged object, or a rule about an unmanaged resource. */
export function withoutIgnored(
  steps: readonly PolicyStep[],
  { present }: Comparison,
  { isIgnored, resources }: { readonly isIgnored: IsIgnored; readonly resources: ReadonlySet<string> },
): PolicyStep[] {
  const resourceOf = ({ what }: RuleSchema): string | undefined =>
    what.kind === 'resource' ? what.key : present.sets.get(what.key)?.resource;
  return steps.filter((step) => {
    if (step.change !== 'removed') return true;
    if (isIgnored(step.kind, step.key)) return false;
    return step.kind !== 'rule' || step.before === undefined || !resources.has(resourceOf(step.before) ?? '');
  });
}
