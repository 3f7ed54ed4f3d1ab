import type { Policy } from '../core/policy.ts';
import type { PermissionOf, ResourceOf, ResourceRoleOf, RoleOf } from '../core/policy-types.ts';
import type { Facts, UserFact } from '../facts/facts.ts';
import type { AnyPermission } from './test-resource-ref.ts';

/** A holder of permissions: a tenant role, an instance role as `resource#role`, or a user set. */
export type Holder<P extends Policy> =
  | RoleOf<P>
  | (keyof P['userSets'] & string)
  | { [R in ResourceOf<P>]: `${R}#${ResourceRoleOf<P, R>}` }[ResourceOf<P>];

/**
 * Checks that no user has the permission, except through the roles and user sets in `except`, for any other roles,
 * instances, relations and attributes. Tests random facts; requires `fast-check`.
 *
 * ```ts
 * await noRoleMay(policy, 'sync:replay', { except: ['admin'] });
 * ```
 * @param options - `except`: roles and user sets that may have the permission. Default: none.
 * @throws {Error} with the smallest facts found with which a user has the permission, and the path that grants it.
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
  const others = Object.entries(users).map(([key, user]) => [key, withoutRoles(user, except)] as const);
  return { ...facts, users: Object.fromEntries(others) };
}

function withoutRoles(
  { roles = {}, instanceRoles = {}, ...user }: UserFact,
  except: readonly string[],
): UserFact {
  return {
    ...user,
    roles: Object.fromEntries(
      Object.entries(roles).map(([tenant, held]) => [tenant, held.filter((role) => !except.includes(role))]),
    ),
    instanceRoles: Object.fromEntries(
      Object.entries(instanceRoles).map(([object, held = []]) => {
        const [resource] = object.split(':');
        return [object, held.filter((role) => !except.includes(`${resource}#${role}`))];
      }),
    ),
  };
}
