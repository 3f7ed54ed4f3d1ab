import { permissionsOfRole } from '@latchkey/permissions';
import { isAboutInstallation, policy } from '@latchkey/policy';
import { isRole, shownPermissions } from '../../policy.ts';
import type { MemberDetails, PersonAccess } from './person-types.ts';

/** Whether the PDP, which returned `access`, has not received a change of roles yet. */
export function isBehind(
  { roles, status }: Pick<MemberDetails, 'roles' | 'status'>,
  access: PersonAccess,
): boolean {
  // The roles of a suspended user are those that will be restored.
  if (status === 'suspended') return false;
  const granted = roles.flatMap(({ role }) => (isRole(role) ? permissionsOfRole(policy, role) : []));
  const compared = shownPermissions.filter((permission) => !isAboutInstallation(permission));
  return compared.some(
    (permission) => granted.includes(permission) !== access.permissions.includes(permission),
  );
}
