import type { Policy } from './policy.ts';
import { permissionsOf, permissionsOfRole, rolesGranting, rolesOf } from './grants.ts';

/** Which role grants which permission, as data (the CLI prints it as JSON, `matrix` of `./testing` as text). */
export interface PolicyMatrix {
  /** The tenant roles, in the policy's order: the columns. */
  readonly roles: readonly string[];
  /** The permissions, in the policy's order: the rows. */
  readonly permissions: readonly MatrixRow[];
}

/** One permission and its grants. */
interface MatrixRow {
  /** `resource:action` */
  readonly permission: string;
  /** Tenant roles that grant it, through inheritance too. */
  readonly roles: readonly string[];
  /** Instance roles that grant it on their instance. */
  readonly instanceRoles: readonly string[];
  /** Indexes in `policy.rules` of the rules that grant it by condition. */
  readonly rules: readonly number[];
}

/** Which role grants which permission. Attributes and facts are not considered. */
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
