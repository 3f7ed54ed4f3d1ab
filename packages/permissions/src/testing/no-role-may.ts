import type { PermissionOf, Policy, ResourceOf, ResourceRoleOf, RoleOf } from '../core/policy.ts';
import { mapValues } from '../core/records.ts';
import type { Facts, UserFact } from '../facts/facts.ts';
import type { AnyPermission } from './test-resource-ref.ts';

/** A holder of permissions: a tenant role, an instance role as `resource#role`, or a user set. */
export type Holder<P extends Policy> =
  | RoleOf<P>
  | (keyof P['userSets'] & string)
  | { [R in ResourceOf<P>]: `${R}#${ResourceRoleOf<P, R>}` }[ResourceOf<P>];

/**
 * Checks that users can have a permission only through the roles and user sets in `except`, whatever other roles,
 * instances, relations and attributes there are. Tests this on random facts. Requires `fast-check`.
 *
 * ```ts
 * await noRoleMay(policy, 'sync:replay', { except: ['admin'] });
 * ```
 * @param options - `except`: roles and user sets that may have the permission. Default: none.
 * @throws {Error} with the smallest facts found that give a user the permission, and the path that grants it.
 */
export async function noRoleMay<const P extends Policy>(
  policy: P,
  permission: PermissionOf<P>,
  options?: { readonly except?: readonly Holder<P>[] },
): Promise<void>;
export async function noRoleMay(
  policy: Policy,
  permission: AnyPermission,
  { except = [] }: { readonly except?: readonly string[] } = {},
): Promise<void> {
  const { neverAllowed } = await import('./never-allowed.ts');
  const { rules = [] } = policy;
  const others = rules.filter(({ userSet = '' }) => !except.includes(userSet));
  neverAllowed(
    { ...policy, rules: others },
    {
      restrict: (facts) => withoutHolders(facts, except),
      covers: (_, query) => query.permission === permission,
    },
  );
}

function withoutHolders({ users = {}, ...facts }: Facts, except: readonly string[]): Facts {
  return { ...facts, users: mapValues(users, (user) => withoutRoles(user, except)) };
}

function withoutRoles(
  { roles = {}, instanceRoles = {}, ...user }: UserFact,
  except: readonly string[],
): UserFact {
  return {
    ...user,
    roles: mapValues(roles, (held) => held.filter((role) => !except.includes(role))),
    instanceRoles: mapValues<readonly string[] | undefined, readonly string[]>(
      instanceRoles,
      (held = [], object) => held.filter((role) => !except.includes(`${object.split(':')[0]}#${role}`)),
    ),
  };
}

/**
 * Checks that a user without a role in a tenant or on its instances has no permission there. Tenant roles apply to one
 * tenant only, but Permit evaluates conditions in every tenant: "staff with clearance" means the staff of all tenants,
 * unless the condition also tests `user.roles` or `tenant.*`. Each instance is checked only in its own tenant: an
 * instance role applies regardless of the tenant that a check names, so code that loads an instance must compare its
 * tenant. Tests this on random facts. Requires `fast-check`.
 * @throws {Error} with the smallest facts found that give such a user a permission, and the rule that grants it.
 */
export async function tenantsStayApart(policy: Policy): Promise<void> {
  const { neverAllowed } = await import('./never-allowed.ts');
  neverAllowed(policy, { covers: (facts, { subject, tenant }) => isStranger(facts, subject, tenant) });
}

function isStranger({ users = {}, instances = {} }: Facts, subject: string, tenant: string): boolean {
  const { roles = {}, instanceRoles = {} } = users[subject] ?? {};
  const places = new Map(Object.entries(instances).map(([object, instance]) => [object, instance?.tenant]));
  const holdsOn = Object.entries(instanceRoles).flatMap(([object, held = []]) =>
    held.length === 0 ? [] : [places.get(object)],
  );
  return (roles[tenant]?.length ?? 0) === 0 && !holdsOn.includes(tenant);
}
