import type { Policy } from '../core/policy.ts';
import { permissionsOf, permissionsOfRole, rolesGranting, rolesOf } from '../core/grants.ts';

/** What grants each permission, as data. The CLI prints it as JSON; `matrix` of `./testing` returns it as text. */
export interface PolicyMatrix {
  /** The columns: tenant roles, in the policy's order. */
  readonly roles: readonly string[];
  /** The rows: permissions, in the policy's order. */
  readonly permissions: readonly MatrixRow[];
}

/** One permission and its grants. */
interface MatrixRow {
  /** The permission, as `resource:action`. */
  readonly permission: string;
  /** The tenant roles that grant the permission, including by inheritance. */
  readonly roles: readonly string[];
  /** The instance roles that grant the permission on their instance. */
  readonly instanceRoles: readonly string[];
  /** The indexes in `policy.rules` of the rules that grant the permission when their conditions hold. */
  readonly rules: readonly number[];
}

/** Lists what grants each permission, from the policy alone, regardless of any facts. */
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
