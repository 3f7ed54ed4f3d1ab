import type { Check, Deny, DenyReason } from '../core/decision.ts';
import { rolesGranting, rulesGranting } from '../core/grants.ts';
import type { PermissionOf, RoleOf } from '../core/policy-types.ts';
import type { Policy } from '../core/policy.ts';

/** The `Deny` for a check, with the roles and rules of the policy that grant the permission. */
export function denyOf<P extends Policy>(
  policy: P,
  { permission, instance }: Pick<Check<PermissionOf<P>>, 'permission' | 'instance'>,
  reason: DenyReason,
): Deny<PermissionOf<P>, RoleOf<P>> {
  const granting = rolesGranting(policy, permission);
  const rules = rulesGranting(policy, permission);
  return {
    outcome: 'deny',
    permission,
    reason,
    grantedBy: granting.tenant,
    grantedByInstanceRoles:
      instance === undefined ? [] : granting.instance.map((role) => role.slice(role.indexOf('#') + 1)),
    ...(rules.length > 0 && { grantedByRules: rules }),
  };
}
