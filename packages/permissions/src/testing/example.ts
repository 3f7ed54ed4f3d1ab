import { definePolicy } from '../define-policy.ts';
import { createTestPermissions } from './create-test-permissions.ts';

/** A policy that uses all that a table can say, for this folder's tests. */
export const examplePolicy = definePolicy({
  userAttributes: { clearance: 'string' },
  resources: {
    accounts: { actions: ['view'], roles: { owner: { permissions: ['view'] } } },
    collections: {
      actions: ['view', 'edit'],
      relations: { account: 'accounts' },
      roles: {
        editor: {
          permissions: ['view', 'edit'],
          derivedFrom: [{ role: 'owner', on: 'accounts', via: 'account' }],
        },
        reader: { permissions: ['view'] },
      },
    },
    reports: {
      actions: ['view', 'edit', 'publish'],
      attributes: { classification: 'string', pages: 'number' },
      relations: { parent: 'collections' },
      roles: {
        editor: {
          permissions: ['view', 'edit'],
          derivedFrom: [{ role: 'editor', on: 'collections', via: 'parent' }],
          onlyWithoutDirectRole: true,
        },
        reader: {
          permissions: ['view'],
          derivedFrom: [{ role: 'reader', on: 'collections', via: 'parent' }],
        },
      },
    },
    audit: { actions: ['view'] },
  },
  roles: {
    viewer: { permissions: ['collections:view'] },
    editor: { extends: ['viewer'], permissions: ['reports:publish'] },
    admin: { permissions: '*' },
  },
  userSets: {
    cleared: {
      where: {
        allOf: [
          { 'user.clearance': { equals: 'secret' } },
          { 'user.roles': { array_intersect: ['viewer', 'editor'] } },
        ],
      },
    },
  },
  resourceSets: {
    confidential: { resource: 'reports', where: { 'resource.classification': { equals: 'confidential' } } },
    short: { resource: 'reports', where: { 'resource.pages': { 'less-than': 10 } } },
  },
  rules: [
    { userSet: 'cleared', resourceSet: 'confidential', permissions: ['reports:view'] },
    { role: 'viewer', resourceSet: 'short', permissions: ['reports:view', 'reports:edit'] },
    { role: 'editor', resource: 'audit', permissions: ['audit:view'] },
  ],
  defaultRole: 'viewer',
});

/** Ann edits a collection, bob is cleared, carl administers, dora owns the account, eve works elsewhere. */
export const example = createTestPermissions(examplePolicy, {
  users: {
    ann: { roles: { acme: ['viewer'] }, instanceRoles: { 'collections:q3': ['editor'] } },
    bob: { roles: { acme: ['editor'] }, attributes: { clearance: 'secret' } },
    carl: { roles: { acme: ['admin'] } },
    dora: { instanceRoles: { 'accounts:main': ['owner'], 'reports:2': ['reader'] } },
    eve: { roles: { other: ['admin'] }, attributes: { clearance: 'secret' } },
  },
  instances: {
    'accounts:main': { tenant: 'acme' },
    'collections:q3': { tenant: 'acme', relations: { account: 'accounts:main' } },
    'reports:1': {
      tenant: 'acme',
      attributes: { classification: 'confidential', pages: 40 },
      relations: { parent: 'collections:q3' },
    },
    'reports:2': { tenant: 'acme', attributes: { pages: 3 }, relations: { parent: ['collections:q3'] } },
    'reports:3': { tenant: 'acme', attributes: { pages: 3 } },
  },
});
