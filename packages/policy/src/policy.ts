import { definePolicy, type PermissionOf, type RoleOf } from '@latchkey/permissions';

/** Who may do what in the access console. The one file that product people read. */
export const policy = definePolicy({
  resources: {
    reports: {
      name: 'Access reports',
      actions: ['view', 'create', 'edit', 'publish', 'share', 'delete'],
      // Whoever creates a report owns it; sharing gives one of the others.
      roles: {
        owner: { permissions: ['view', 'edit', 'publish', 'share', 'delete'] },
        editor: { permissions: ['view', 'edit'] },
        reader: { permissions: ['view'] },
      },
    },
    members: { name: 'Members', actions: ['view', 'invite', 'assign', 'remove'] },
    requests: { name: 'Access requests', actions: ['create', 'view', 'decide'] },
    audit: { name: 'Audit log', actions: ['view'] },
    sync: { name: 'Directory sync', actions: ['view', 'replay', 'reconcile'] },
    policy: { name: 'Policy', actions: ['view'] },
  },
  roles: {
    viewer: { name: 'Viewer', permissions: ['reports:view', 'requests:create', 'policy:view'] },
    editor: { name: 'Editor', extends: ['viewer'], permissions: ['reports:create', 'members:view'] },
    admin: { name: 'Administrator', permissions: '*' },
  },
  defaultRole: 'viewer',
});

export type AppPermission = PermissionOf<typeof policy>;
export type AppRole = RoleOf<typeof policy>;
