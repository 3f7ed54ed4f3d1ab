import { defineDirectoryMapping } from '@latchkey/directory-sync';
import { policy } from './policy.ts';

/**
 * Which of Logto's facts become which of Permit's. Whoever belongs to an organization may look around in it; its `admin`s
 * in Logto administer it here. Sync gives and takes these roles and no others: an `editor` is made in the console.
 */
export const directoryMapping = defineDirectoryMapping(policy, {
  attributes: { clearance: 'customData.clearance' },
  memberRole: 'viewer',
  organizationRoles: { admin: 'admin' },
});
