import { expectTypeOf } from 'vitest';
import { definePolicy } from './define-policy.ts';
import { permissionsOfRole, rolesGranting } from './grants.ts';
import type { PermissionOf, ResourceOf, ResourceRoleOf, RoleOf } from './policy-types.ts';
import { testPolicy } from './test-policy.ts';

type P = typeof testPolicy;

// What follows from the table is spelled out, not `string`.
expectTypeOf<PermissionOf<P>>().toEqualTypeOf<
  'reports:view' | 'reports:create' | 'reports:publish' | 'members:view'
>();
expectTypeOf<RoleOf<P>>().toEqualTypeOf<'viewer' | 'editor' | 'admin'>();
expectTypeOf<ResourceOf<P>>().toEqualTypeOf<'reports' | 'members'>();
expectTypeOf<ResourceRoleOf<P, 'reports'>>().toEqualTypeOf<'owner' | 'reader'>();
expectTypeOf<ResourceRoleOf<P, 'members'>>().toEqualTypeOf<never>();

// A wrong name anywhere in the table does not compile.
const resources = { reports: { actions: ['view', 'edit'] } } as const;
definePolicy({
  resources,
  // @ts-expect-error -- a misspelled permission
  roles: { viewer: { permissions: ['reports:veiw'] } },
  defaultRole: 'viewer',
});
definePolicy({
  resources,
  // @ts-expect-error -- a resource that does not exist
  roles: { viewer: { permissions: ['report:view'] } },
  defaultRole: 'viewer',
});
definePolicy({
  resources,
  roles: {
    viewer: { permissions: ['reports:view'] },
    // @ts-expect-error -- a role that does not exist
    editor: { extends: ['veiwer'], permissions: [] },
  },
  defaultRole: 'viewer',
});
definePolicy({
  resources,
  roles: { viewer: { permissions: ['reports:view'] } },
  // @ts-expect-error -- a default role that does not exist
  defaultRole: 'member',
});
definePolicy({
  // @ts-expect-error -- a resource role with an action of no such resource
  resources: { reports: { actions: ['view'], roles: { owner: ['view', 'publish'] } } },
  roles: { viewer: { permissions: ['reports:view'] } },
  defaultRole: 'viewer',
});

// And nowhere that the table is used.
rolesGranting(testPolicy, 'reports:view');
// @ts-expect-error -- a permission that does not exist
rolesGranting(testPolicy, 'reports:delete');
permissionsOfRole(testPolicy, 'editor');
// @ts-expect-error -- a role that does not exist
permissionsOfRole(testPolicy, 'owner');
