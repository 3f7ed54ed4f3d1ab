import { permissionsOf } from './grants.ts';
import type { Policy } from './policy.ts';

/** A permission that a tenant role is given, or that is taken from it. */
export interface GrantChange {
  /** The key of a tenant role. */
  readonly role: string;
  /** `resource:action` */
  readonly permission: string;
  /** Whether the role has it afterwards. */
  readonly granted: boolean;
}

/**
 * The policy with these changes, for a look at what they would do: the table itself is code. They concern what a role is given
 * itself. What it inherits it keeps: that is taken from the role that it extends. A role with `'*'` from which something is taken
 * has the list of the others. Roles and permissions that the policy does not have are ignored.
 */
export function changeGrants(policy: Policy, changes: readonly GrantChange[]): Policy {
  const known: ReadonlySet<string> = new Set(permissionsOf(policy));
  const roles = Object.entries(policy.roles).map(([key, definition]) => {
    const ofRole = changes.filter(({ role, permission }) => role === key && known.has(permission));
    const before = definition.permissions;
    const given = new Set(before === '*' ? known : before);
    for (const { permission, granted } of ofRole) {
      if (granted) given.add(permission);
      else given.delete(permission);
    }
    const isAll = before === '*' && given.size === known.size;
    return [key, { ...definition, permissions: isAll ? ('*' as const) : [...given] }] as const;
  });
  return { ...policy, roles: Object.fromEntries(roles) };
}
