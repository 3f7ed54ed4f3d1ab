import { permissionsOf } from './grants.ts';
import type { Policy } from './policy.ts';

/** Grants a permission to a tenant role, or revokes it. */
export interface GrantChange {
  /** The key of a tenant role. */
  readonly role: string;
  /** `resource:action` */
  readonly permission: string;
  /** `true` grants the permission, `false` revokes it. */
  readonly granted: boolean;
}

/**
 * Returns the policy with these changes applied, to preview their effect. The policy itself is code. A change applies
 * to the role's own permissions: an inherited permission is revoked from the role that it comes from. When a permission
 * is revoked from a role with `'*'`, the role gets a list of the others. Unknown roles and permissions are ignored.
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
