import type { RoleSchema } from './policy-schema.ts';

/** The permissions of a role in Permit, inherited permissions included. */
export function grantedPermissions(
  roles: ReadonlyMap<string, RoleSchema>,
  role: string,
): ReadonlySet<string> {
  const seen = new Set<string>();
  const granted = new Set<string>();
  const visit = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const permission of roles.get(key)?.permissions ?? []) granted.add(permission);
    for (const parent of roles.get(key)?.extends ?? []) visit(parent);
  };
  visit(role);
  return granted;
}
