import { expectTypeOf } from 'vitest';
import { definePolicy } from './define-policy.ts';
import { permissionsOfRole, rolesGranting } from './grants.ts';
import type {
  AttributesOf,
  PermissionOf,
  ResourceOf,
  ResourceRoleOf,
  RoleOf,
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

// A wrong name anywhere in the policy does not compile, and the error message names it.
const resources = { reports: { actions: ['view', 'edit'], attributes: { pages: 'number' } } } as const;
const roles = { viewer: { permissions: ['reports:view'] } } as const;
const defaultRole = 'viewer';

// prettier-ignore
// @ts-expect-error -- There is no permission "reports:veiw".
definePolicy({ resources, roles: { viewer: { permissions: ['reports:veiw'] } }, defaultRole });
// prettier-ignore
// @ts-expect-error -- There is no permission "report:view".
definePolicy({ resources, roles: { viewer: { permissions: ['report:view'] } }, defaultRole });
// prettier-ignore
// @ts-expect-error -- There is no role "veiwer".
definePolicy({ resources, roles: { viewer: { extends: ['veiwer'], permissions: [] } }, defaultRole });
// prettier-ignore
// @ts-expect-error -- There is no role "member".
definePolicy({ resources, roles, defaultRole: 'member' });
// prettier-ignore
// @ts-expect-error -- There is no action of reports "publish".
definePolicy({ resources: { reports: { actions: ['view'], roles: { owner: { permissions: ['publish'] } } } }, roles, defaultRole });
// prettier-ignore
// @ts-expect-error -- There is no resource "collection".
definePolicy({ resources: { reports: { actions: ['view'], relations: { parent: 'collection' } } }, roles, defaultRole });
// prettier-ignore
// @ts-expect-error -- "relatoins" is no property here.
definePolicy({ resources: { reports: { actions: ['view'], relatoins: {} } }, roles, defaultRole });
// prettier-ignore
// @ts-expect-error -- There is no attribute "resource.page".
definePolicy({ resources, roles, defaultRole, resourceSets: { long: { resource: 'reports', where: { 'resource.page': { equals: 1 } } } } });
// prettier-ignore
// @ts-expect-error -- "contains" does not apply to an attribute of type number.
definePolicy({ resources, roles, defaultRole, resourceSets: { long: { resource: 'reports', where: { 'resource.pages': { contains: '1' } } } } });
// prettier-ignore
// @ts-expect-error -- "less-than" on an attribute of type number takes a value of another type.
definePolicy({ resources, roles, defaultRole, resourceSets: { long: { resource: 'reports', where: { 'resource.pages': { 'less-than': '1' } } } } });
// prettier-ignore
// @ts-expect-error -- There is no attribute "user.team".
definePolicy({ resources, roles, defaultRole, userSets: { team: { where: { 'user.email': { equals: { ref: 'user.team' } } } } } });
// prettier-ignore
// @ts-expect-error -- There is no user set "cleared".
definePolicy({ resources, roles, defaultRole, rules: [{ userSet: 'cleared', resource: 'reports', permissions: ['reports:view'] }] });

const linked = {
  collections: { actions: ['view'], roles: { reader: { permissions: ['view'] } } },
  reports: { actions: ['view'], relations: { parent: 'collections' } },
} as const;
definePolicy({
  resources: {
    ...linked,
    reports: {
      ...linked.reports,
      roles: {
        reader: {
          permissions: ['view'],
          derivedFrom: [
            // @ts-expect-error -- There is no role on collections "owner".
            { role: 'owner', on: 'collections', via: 'parent' },
            // @ts-expect-error -- There is no relation of reports "child".
            { role: 'reader', on: 'collections', via: 'child' },
          ],
        },
      },
    },
  },
  roles,
  defaultRole,
});

// A wrong name does not compile in code that uses the policy, either.
rolesGranting(testPolicy, 'reports:view');
// @ts-expect-error -- a permission that does not exist
rolesGranting(testPolicy, 'reports:delete');
permissionsOfRole(testPolicy, 'editor');
// @ts-expect-error -- a role that does not exist
permissionsOfRole(testPolicy, 'owner');
