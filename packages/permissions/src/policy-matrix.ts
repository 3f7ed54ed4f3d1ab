import type { Policy } from './define-policy.ts';
import { permissionsOf, permissionsOfRole, rolesGranting, rolesOf } from './grants.ts';

/** Who may do what, for machines. */
export interface PolicyMatrix {
  readonly roles: readonly string[];
  readonly permissions: readonly MatrixRow[];
}

interface MatrixRow {
  readonly permission: string;
  /** Tenant roles that grant it, inheritance included. */
  readonly roles: readonly string[];
  /** Roles on the instance that grant it there. */
  readonly instanceRoles: readonly string[];
  /** Rules by condition that grant it to some, on some: their places in the table. */
  readonly rules: readonly number[];
}

export function policyMatrix(policy: Policy): PolicyMatrix {
  const roles = rolesOf(policy);
  const granted = new Map(roles.map((role) => [role, new Set(permissionsOfRole(policy, role))]));
  return {
    roles,
    permissions: permissionsOf(policy).map((permission) => ({
      permission,
      roles: roles.filter((role) => granted.get(role)?.has(permission) === true),
      instanceRoles: rolesGranting(policy, permission).instance.map((role) => role.split('#')[1] ?? ''),
      rules: (policy.rules ?? []).flatMap((rule, index) =>
        rule.permissions.includes(permission) ? [index] : [],
      ),
    })),
  };
}
