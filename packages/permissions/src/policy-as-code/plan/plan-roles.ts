import type { RoleSchema } from '../schema/policy-schema.ts';
import { keysOf, stepBetween, stepToMove } from './compare-values.ts';
import type { Comparison } from './comparison.ts';
import type { PolicyStep } from './policy-step.ts';
import { upToDateRoles } from './up-to-date-roles.ts';

/** The steps for tenant roles. */
export function planRoles({ wanted, present, renames }: Comparison): PolicyStep[] {
  const upToDate = upToDateRoles(wanted.roles, present.roles);
  return keysOf(wanted.roles, present.roles).map((key) => {
    const before = valueOf(key, present.roles.get(key));
    const after = valueOf(key, wanted.roles.get(key));
    const moved = renamed(renames.roles.get(key), wanted.roles);
    if (before !== undefined && moved !== undefined) return stepToMove('role', { key, before, after: moved });
    return stepBetween('role', {
      key,
      before,
      after,
      same: before?.name === after?.name && upToDate.has(key),
    });
  });
}

function renamed(key: string | undefined, roles: ReadonlyMap<string, RoleSchema>) {
  return key === undefined ? undefined : valueOf(key, roles.get(key));
}

function valueOf(key: string, role: RoleSchema | undefined) {
  if (role === undefined) return undefined;
  const { name, permissions, extends: parents } = role;
  return { key, name, permissions, extends: parents };
}
