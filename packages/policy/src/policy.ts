import { definePolicy, type PermissionOf, type RoleOf } from '@latchkey/permissions';

/**
 * The policy of the access console: the permissions of each role. Product managers read this file too.
 *
 * To add a permission or a role, follow the recipes in CONTRIBUTING.md.
 */
export const policy = definePolicy({
  userAttributes: {
    /** The highest classification that the user may see, from a user role in Logto (`directory-mapping.ts`). */
    clearance: 'string',
    /** The name for display if Logto has neither a name nor an email address. */
    username: 'string',
  },

  resources: {
    // The creator of a collection or a report becomes its owner. Sharing gives another user a role on it.
    collections: {
      name: 'Collections',
      actions: ['view', 'create', 'edit', 'share', 'delete'],
      changesAccess: ['share'],
      roles: {
        owner: { permissions: ['view', 'edit', 'share', 'delete'] },
        editor: { permissions: ['view', 'edit'] },
        reader: { permissions: ['view'] },
      },
    },
    reports: {
      name: 'Access reports',
      actions: ['view', 'create', 'edit', 'publish', 'share', 'delete', 'view-confidential'],
      changesAccess: ['share'],
      attributes: {
        /** To view a `confidential` report, users also need `view-confidential`. */
        classification: 'string',
      },
      relations: { parent: 'collections' },
      // A role on a collection gives the same role on its reports.
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
    members: {
      name: 'Members',
      actions: ['view', 'invite', 'assign', 'remove', 'view-as'],
      changesAccess: ['invite', 'assign', 'remove'],
    },
    requests: {
      name: 'Access requests',
      actions: ['create', 'view', 'decide'],
      changesAccess: ['decide'],
    },
    reviews: {
      name: 'Access reviews',
      actions: ['manage', 'decide'],
      changesAccess: ['manage', 'decide'],
      // Starting a review gives each reviewer this role on the review, until the review is finished.
      roles: { reviewer: { permissions: ['decide'] } },
    },
    audit: { name: 'Audit log', actions: ['view'] },
    sync: { name: 'Directory sync', actions: ['view', 'replay', 'reconcile'] },
    policy: { name: 'Policy', actions: ['view'] },
  },

  // In the order of the console. It suggests the first role that grants what a user lacks, so put weaker roles first.
  roles: {
    viewer: { name: 'Viewer', permissions: ['reports:view', 'requests:create', 'policy:view'] },
    editor: { name: 'Editor', extends: ['viewer'], permissions: ['reports:create', 'members:view'] },
    admin: { name: 'Administrator', permissions: '*' },
  },

  userSets: {
    cleared: {
      name: 'Cleared for confidential',
      anyRole: true,
      where: { 'user.clearance': { equals: 'confidential' } },
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

  // What people consent to when they connect an application. None lets it change the access of others.
  scopes: {
    'access:read': {
      name: 'See who has access, and why',
      permissions: ['reports:view', 'members:view', 'requests:view', 'audit:view', 'policy:view'],
    },
    'requests:write': { name: 'Ask for access for you', permissions: ['requests:create'] },
  },

  defaultRole: 'viewer',
});

export type AppPermission = PermissionOf<typeof policy>;
export type AppRole = RoleOf<typeof policy>;

/** Only roles in the tenant `default` apply to these resources; roles in an organization do not. */
const installationResources: readonly string[] = ['sync'];

export function isAboutInstallation(permission: AppPermission): boolean {
  return installationResources.includes(permission.slice(0, permission.indexOf(':')));
}
