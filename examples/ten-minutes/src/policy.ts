import { definePolicy, type PermissionOf, type RoleOf } from '@latchkey/permissions';

export const policy = definePolicy({
  resources: {
    folders: {
      actions: ['view'],
      roles: { editor: { permissions: ['view'] } },
    },
    documents: {
      actions: ['list', 'create', 'view', 'edit', 'delete'],
      attributes: { status: 'string' },
      relations: { parent: 'folders' },
      roles: {
        owner: { permissions: ['view', 'edit', 'delete'] },
        // Editors of a folder are editors of the documents in it.
        editor: {
          permissions: ['view', 'edit'],
          derivedFrom: [{ role: 'editor', on: 'folders', via: 'parent' }],
        },
      },
    },
  },
  roles: {
    member: { permissions: ['documents:list', 'documents:create'] },
    admin: { permissions: '*' },
  },
  // Members see published documents without a role on them.
  resourceSets: {
    published: { resource: 'documents', where: { 'resource.status': { equals: 'published' } } },
  },
  rules: [{ role: 'member', resourceSet: 'published', permissions: ['documents:view'] }],
  // What people consent to when they connect an application that acts for them.
  scopes: {
    'documents:read': { name: 'Read your documents', permissions: ['documents:list', 'documents:view'] },
  },
  defaultRole: 'member',
});

export type Permission = PermissionOf<typeof policy>;
export type Role = RoleOf<typeof policy>;
