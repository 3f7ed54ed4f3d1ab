import { definePolicy, assertPolicy } from '../core/define-policy.ts';
import type {
  AttributesOf,
  PermissionOf,
  Policy,
  ResourceRoleOf,
  RoleOf,
  UserAttributesOf,
} from '../core/policy.ts';

/* The code of docs/guide/reference-policy.md, for the compiler. `guides.test.ts` compares the two. */

export const policy = definePolicy({
  userAttributes: { clearance: 'string', team: 'string' },
  resources: {
    folders: {
      renamedFrom: 'shelves',
      actions: ['view', 'share'],
      roles: { keeper: { permissions: ['view', 'share'] } },
    },
    documents: {
      name: 'Documents',
      actions: ['view', 'edit', 'view-secret'],
      attributes: { classification: 'string', team: 'string' },
      relations: { parent: 'folders' },
      roles: {
        author: { permissions: ['view', 'edit'], renamedFrom: 'writer' },
        reader: {
          permissions: ['view'],
          derivedFrom: [{ role: 'keeper', on: 'folders', via: 'parent' }],
          onlyWithoutDirectRole: true,
        },
      },
    },
  },
  roles: {
    member: { permissions: ['folders:view'] },
    lead: {
      name: 'Team lead',
      renamedFrom: 'chief',
      extends: ['member'],
      permissions: ['folders:share'],
    },
    admin: { permissions: '*' },
  },
  userSets: {
    cleared: {
      name: 'Cleared for secrets',
      anyRole: true,
      where: { 'user.clearance': { in: ['secret', 'top'] } },
    },
  },
  resourceSets: {
    secret: { resource: 'documents', where: { 'resource.classification': { equals: 'secret' } } },
    'own-team': { resource: 'documents', where: { 'resource.team': { equals: { ref: 'user.team' } } } },
  },
  rules: [
    { userSet: 'cleared', resourceSet: 'secret', permissions: ['documents:view-secret'] },
    { role: 'lead', resourceSet: 'own-team', permissions: ['documents:view'] },
  ],
  defaultRole: 'member',
});

export type Permission = PermissionOf<typeof policy>; // 'folders:view' | 'folders:share' | 'documents:view' | …
export type Role = RoleOf<typeof policy>; // 'member' | 'lead' | 'admin'
export type DocumentRole = ResourceRoleOf<typeof policy, 'documents'>; // 'author' | 'reader'
export type OfDocument = AttributesOf<typeof policy, 'documents'>; // { classification?: string; team?: string }
export type OfUser = UserAttributesOf<typeof policy>; // { clearance?: string; team?: string }

export function loaded(table: Policy): void {
  assertPolicy(table); // throws a TypeError that names the key, or the cycle
}
