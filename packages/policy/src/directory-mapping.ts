import { defineDirectoryMapping } from '@latchkey/directory-sync';
import { policy } from './policy.ts';

/**
 * How facts in Logto become facts in Permit.
 *
 * - `attributes`: a user attribute of the policy ← the user's roles in Logto, or a path in Logto's user. What grants something comes
 *   from a role, because only operators give roles: users may be able to edit their own fields.
 * - `memberRole`: every member of a Logto organization gets this role in the organization's tenant.
 * - `organizationRoles`: the name of a Logto organization role → the key of a Permit role in the organization's tenant.
 *   A new entry here is all that a new organization role needs; the role must exist in `policy.roles`.
 *
 * Sync assigns and removes only the roles that are named here. Other roles, such as `editor`, are assigned in the console
 * and sync does not touch them.
 */
export const directoryMapping = defineDirectoryMapping(policy, {
  attributes: { clearance: { byRole: { 'Cleared for confidential': 'confidential' } } },
  memberRole: 'viewer',
  organizationRoles: { admin: 'admin' },
});
