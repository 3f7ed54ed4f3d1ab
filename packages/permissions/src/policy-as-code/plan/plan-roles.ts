import type { Comparison, RoleSchema } from '../schema/policy-schema.ts';
import { stepBetween, keysOf } from './compare-values.ts';
import type { PolicyStep } from './policy-step.ts';
import { upToDateRoles } from './up-to-date-roles.ts';

/** The steps for tenant roles. */
export function planRoles({ wanted, present }: Comparison): PolicyStep[] {
  const upToDate = upToDateRoles(wanted.roles, present.roles);
  return keysOf(wanted.roles, present.roles).map((key) => {
    const before = valueOf(key, present.roles.get(key));
    const after = valueOf(key, wanted.roles.get(key));
    return stepBetween('role', {
      key,
      before,
      after,
      same: before?.name === after?.name && upToDate.has(key),
    });
  });
}

function valueOf(key: string, role: RoleSchema | undefined) {
  if (role === undefined) return undefined;
  const { name, permissions, extends: parents } = role;
  return { key, name, permissions, extends: parents };
}
