import type { Policy } from '../core/policy.ts';
import { permissionsOf, permissionsOfRole, rolesGranting, rolesOf } from '../core/grants.ts';

/** The roles that grant each permission, as data (the CLI prints it as JSON, `matrix` of `./testing` as text). */
export interface PolicyMatrix {
  /** The columns: tenant roles, in the policy's order. */
  readonly roles: readonly string[];
  /** The rows: permissions, in the policy's order. */
  readonly permissions: readonly MatrixRow[];
}

/** One permission and its grants. */
interface MatrixRow {
  /** `resource:action` */
  readonly permission: string;
  /** Tenant roles that grant it, including by inheritance. */
  readonly roles: readonly string[];
  /** Instance roles that grant it on their instance. */
  readonly instanceRoles: readonly string[];
  /** Indexes in `policy.rules` of the rules that grant it conditionally. */
  readonly rules: readonly number[];
}

/** The roles that grant each permission. Ignores attributes and facts. */
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
