import { stepBetween, keysOf } from './compare-values.ts';
import type { Comparison, RoleSchema } from '../schema/policy-schema.ts';
import type { PolicyStep } from './policy-step.ts';

type Roles = ReadonlyMap<string, RoleSchema>;

export function planRoles({ wanted, present }: Comparison): PolicyStep[] {
  const isSettled = settledRoles(wanted.roles, present.roles);
  return keysOf(wanted.roles, present.roles).map((key) => {
    const before = valueOf(key, present.roles.get(key));
    const after = valueOf(key, wanted.roles.get(key));
    return stepBetween('role', { key, before, after, same: before?.name === after?.name && isSettled(key) });
  });
}

function valueOf(key: string, role: RoleSchema | undefined) {
  if (role === undefined) return undefined;
  const { name, permissions, extends: parents } = role;
  return { key, name, permissions, extends: parents };
}

/**
 * Which roles grant what they should, and go on doing so. In Permit a role may extend others; a table's role is wanted
 * flat. One that grants the same by inheritance is left as it is, as long as no role that it inherits from changes.
 */
export function settledRoles(wanted: Roles, present: Roles): (role: string) => boolean {
  const isSettled = (role: string, heirs: readonly string[]): boolean => {
    const after = wanted.get(role);
    const before = present.get(role);
    if (after === undefined || before === undefined || heirs.includes(role)) return false;
    const granted = grantedBy(present, role);
    const same =
      after.permissions.length === granted.size && after.permissions.every((one) => granted.has(one));
    return same && before.extends.every((parent) => isSettled(parent, [...heirs, role]));
  };
  return (role) => isSettled(role, []);
}

/** Inherited permissions included. */
export function grantedBy(roles: Roles, role: string): ReadonlySet<string> {
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
