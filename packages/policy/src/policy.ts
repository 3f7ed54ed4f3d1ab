import { definePolicy, type PermissionOf, type RoleOf } from '@latchkey/permissions';

/** Who may do what in the access console. The one file that product people read. */
export const policy = definePolicy({
  userAttributes: {
    /** From Logto's custom data: the highest classification that the person is cleared for. */
    clearance: 'string',
    /** For showing, where Logto has collected neither name nor email. */
    username: 'string',
  },

  resources: {
    // Whoever creates a collection or a report owns it; sharing gives one of the other roles on it.
    collections: {
      name: 'Collections',
      actions: ['view', 'create', 'edit', 'share', 'delete'],
      roles: {
        owner: { permissions: ['view', 'edit', 'share', 'delete'] },
        editor: { permissions: ['view', 'edit'] },
        reader: { permissions: ['view'] },
      },
    },
    reports: {
      name: 'Access reports',
      actions: ['view', 'create', 'edit', 'publish', 'share', 'delete', 'view-confidential'],
      attributes: {
        /** `confidential` needs `view-confidential` besides. */
        classification: 'string',
      },
      relations: { parent: 'collections' },
      // What a person may do with a collection, they may do with the reports in it.
      roles: {
        owner: {
          permissions: ['view', 'edit', 'publish', 'share', 'delete'],
          derivedFrom: [{ role: 'owner', on: 'collections', via: 'parent' }],
        },
        editor: {
          permissions: ['view', 'edit'],
          derivedFrom: [{ role: 'editor', on: 'collections', via: 'parent' }],
        },
        reader: {
          permissions: ['view'],
          derivedFrom: [{ role: 'reader', on: 'collections', via: 'parent' }],
        },
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

  userSets: {
    cleared: {
      name: 'Cleared for confidential',
      where: {
        allOf: [
          { 'user.clearance': { equals: 'confidential' } },
          // Permit decides by attributes without looking at the tenant: only a role in it ties the person to it.
          {
            anyOf: [
              { 'user.roles': { array_contains: 'viewer' } },
              { 'user.roles': { array_contains: 'editor' } },
              { 'user.roles': { array_contains: 'admin' } },
            ],
          },
        ],
      },
    },
  },
  resourceSets: {
    confidential: {
      name: 'Confidential reports',
      resource: 'reports',
      where: { 'resource.classification': { equals: 'confidential' } },
    },
  },
  rules: [{ userSet: 'cleared', resourceSet: 'confidential', permissions: ['reports:view-confidential'] }],

  defaultRole: 'viewer',
});

export type AppPermission = PermissionOf<typeof policy>;
export type AppRole = RoleOf<typeof policy>;
