import type { Policy } from '../core/policy.ts';
import { permissionsOf, permissionsOfRole, rolesGranting, rolesOf } from '../core/grants.ts';

/** What grants each permission, as data. The CLI prints it as JSON; `matrix` of `./testing` returns it as text. */
export interface PolicyMatrix {
  /** Tenant roles, in the policy's order. */
  readonly roles: readonly string[];
  /** In the policy's order. */
  readonly permissions: readonly MatrixRow[];
}

interface MatrixRow {
  readonly permission: string;
  /** Including by inheritance. */
  readonly roles: readonly string[];
  /** On their instance. */
  readonly instanceRoles: readonly string[];
  /** Indexes in `policy.rules`. Their conditions must hold. */
  readonly rules: readonly number[];
}

/** What grants each permission, from the policy alone. */
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
