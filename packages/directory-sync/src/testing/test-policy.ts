import { definePolicy } from '@latchkey/permissions';
import { defineDirectoryMapping } from '../mapping/define-directory-mapping.ts';

export const testPolicy = definePolicy({
  userAttributes: { clearance: 'string', level: 'number', remote: 'bool', badge: 'string' },
  resources: { docs: { actions: ['read', 'write'], roles: { owner: { permissions: ['read', 'write'] } } } },
  roles: {
    viewer: { permissions: ['docs:read'] },
    editor: { permissions: ['docs:read', 'docs:write'] },
    auditor: { permissions: ['docs:read'] },
    admin: { permissions: '*' },
  },
  defaultRole: 'viewer',
});

/** Names every role but `editor`, which only administrators assign. */
export const testMapping = defineDirectoryMapping(testPolicy, {
  attributes: {
    clearance: 'customData.clearance',
    level: 'customData.rank.level',
    remote: 'profile.remote',
    badge: { byRole: { 'Staff admin': 'gold', 'Staff auditor': 'silver', 'Badge only': 'blue' } },
  },
  roles: { 'Staff admin': 'admin', 'Staff auditor': 'auditor' },
  memberRole: 'viewer',
  organizationRoles: { owner: 'admin', controller: 'auditor' },
});
