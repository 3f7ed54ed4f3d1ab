import { expectTypeOf } from 'vitest';
import { definePolicy } from './define-policy.ts';
import { permissionsOfRole, rolesGranting } from './grants.ts';
import type {
  AttributesOf,
  PermissionOf,
  ResourceOf,
  ResourceRoleOf,
  RoleOf,
  ScopeOf,
  UserAttributesOf,
} from './policy.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';

type P = typeof testPolicy;

// The types derived from the policy are literal types, not `string`.
expectTypeOf<PermissionOf<P>>().toEqualTypeOf<
  'reports:view' | 'reports:create' | 'reports:publish' | 'members:view'
>();
expectTypeOf<RoleOf<P>>().toEqualTypeOf<'viewer' | 'editor' | 'admin'>();
expectTypeOf<ResourceOf<P>>().toEqualTypeOf<'reports' | 'members'>();
expectTypeOf<ResourceRoleOf<P, 'reports'>>().toEqualTypeOf<'owner' | 'reader'>();
expectTypeOf<ResourceRoleOf<P, 'members'>>().toEqualTypeOf<never>();

// A valid policy with every feature compiles.
const whole = definePolicy({
  userAttributes: { clearance: 'string', level: 'number', teams: 'array' },
  resources: {
    collections: { actions: ['view'], roles: { reader: { permissions: ['view'] } } },
    reports: {
      actions: ['view', 'edit'],
      attributes: { classification: 'string', pages: 'number', draft: 'bool' },
      relations: { parent: 'collections' },
      roles: {
        reader: {
          permissions: ['view'],
          derivedFrom: [{ role: 'reader', on: 'collections', via: 'parent' }],
          onlyWithoutDirectRole: true,
        },
      },
    },
  },
  roles: { viewer: { permissions: ['reports:view'] }, admin: { extends: ['viewer'], permissions: '*' } },
  userSets: {
    cleared: {
      where: {
        allOf: [
          { 'user.clearance': { in: ['secret', 'top'] } },
          { 'user.level': { 'greater-than-equals': 3 } },
          {
            anyOf: [
              { 'user.roles': { array_contains: 'admin' } },
              { not: { 'context.guest': { equals: true } } },
            ],
          },
        ],
      },
    },
  },
  resourceSets: {
    mine: {
      resource: 'reports',
      where: { 'resource.classification': { equals: { ref: 'user.clearance' } } },
    },
  },
  rules: [
    { userSet: 'cleared', resourceSet: 'mine', permissions: ['reports:edit'] },
    { role: 'viewer', resource: 'collections', permissions: ['collections:view'] },
  ],
  defaultRole: 'viewer',
});
expectTypeOf<AttributesOf<typeof whole, 'reports'>>().toEqualTypeOf<{
  readonly classification?: string;
  readonly pages?: number;
  readonly draft?: boolean;
}>();
expectTypeOf<UserAttributesOf<typeof whole>>().toEqualTypeOf<{
  readonly clearance?: string;
  readonly level?: number;
  readonly teams?: readonly (string | number | boolean)[];
}>();

// A wrong name does not compile, neither in the policy (`policy-in-editor.test.ts` has the messages) …
const roles = { viewer: { permissions: ['reports:view'] } } as const;
// @ts-expect-error -- There is no role "member".
definePolicy({ resources: { reports: { actions: ['view'] } }, roles, defaultRole: 'member' });

// … nor in code that uses the policy.
rolesGranting(testPolicy, 'reports:view');
// @ts-expect-error -- a permission that does not exist
rolesGranting(testPolicy, 'reports:delete');
permissionsOfRole(testPolicy, 'editor');
// @ts-expect-error -- a role that does not exist
permissionsOfRole(testPolicy, 'owner');

// Scopes name permissions of the table, and actions that change access are actions of their resource.
const scoped = definePolicy({
  resources: { reports: { actions: ['view', 'share'], changesAccess: ['share'] } },
  roles: { viewer: { permissions: ['reports:view'] } },
  scopes: { 'access:read': { name: 'See reports', permissions: ['reports:view'] } },
  defaultRole: 'viewer',
});
expectTypeOf<ScopeOf<typeof scoped>>().toEqualTypeOf<'access:read'>();
expectTypeOf<ScopeOf<P>>().toEqualTypeOf<never>();
definePolicy({
  // @ts-expect-error -- There is no action of reports "shre".
  resources: { reports: { actions: ['view'], changesAccess: ['shre'] } },
  roles: { viewer: { permissions: ['reports:view'] } },
  // @ts-expect-error -- There is no permission "reports:veiw".
  scopes: { read: { name: 'See reports', permissions: ['reports:veiw'] } },
  defaultRole: 'viewer',
});
definePolicy({
  resources: { reports: { actions: ['view'] } },
  roles: { viewer: { permissions: ['reports:view'] } },
  // @ts-expect-error -- People consent to a scope by its name.
  scopes: { read: { permissions: ['reports:view'] } },
  defaultRole: 'viewer',
});
