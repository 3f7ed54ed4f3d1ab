import { defineDirectoryMapping } from '@latchkey/directory-sync';
import { policy } from './policy.ts';

/**
 * Maps facts in Logto to facts in Permit.
 *
 * - `attributes`: a user attribute of the policy ← the user's roles in Logto, or a path in Logto's user. Attributes
 *   that grant access come from a role, because only operators assign roles: users may be able to edit their own
 *   fields.
 * - `memberRole`: every member of a Logto organization gets this role in the organization's tenant.
 * - `organizationRoles`: the name of a Logto organization role → the key of a Permit role in the organization's tenant.
 *   A new organization role needs only an entry here; the Permit role must exist in `policy.roles`.
 *
 * Sync assigns and removes only the roles in this mapping. Other roles, such as `editor`, are assigned in the console
 * and are not changed by sync.
 */
export const directoryMapping = defineDirectoryMapping(policy, {
  attributes: { clearance: { byRole: { 'Cleared for confidential': 'confidential' } } },
  memberRole: 'viewer',
  organizationRoles: { admin: 'admin' },
});
