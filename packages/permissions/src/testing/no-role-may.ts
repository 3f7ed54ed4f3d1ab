import type { Policy } from '../policy.ts';
import type { PermissionOf, ResourceOf, ResourceRoleOf, RoleOf } from '../policy-types.ts';
import type { Facts, UserFact } from './facts.ts';
import type { AnyPermission } from './question.ts';

/** A tenant role, a role on an instance as `resource#role`, or a user set. */
export type Holder<P extends Policy> =
  | RoleOf<P>
  | (keyof P['userSets'] & string)
  | { [R in ResourceOf<P>]: `${R}#${ResourceRoleOf<P, R>}` }[ResourceOf<P>];

/**
 * Nobody may, except holders of what `except` names: whatever other roles a person has, on whatever instances, however
 * these are linked, and whatever the attributes are. Tried on random facts; needs `fast-check`.
 *
 * ```ts
 * await noRoleMay(policy, 'sync:replay', { except: ['admin'] });
 * ```
 * Rejects with the smallest facts found on which somebody may, and the chain by which he may.
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
      given: (facts) => withoutHolders(facts, except),
      covers: (_, asked) => asked.permission === permission,
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
