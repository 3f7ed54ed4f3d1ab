export { createTestPermissions, type TestPermissions, type TestSubject } from './create-test-permissions.ts';
export { extendExpect, type PermissionAssertions, type TestExpect } from './extend-expect.ts';
export type { Facts, InstanceFact, TenantFact, UserFact } from '../facts/facts.ts';
export { matrix } from './matrix.ts';
export { noRoleMay, type Holder, tenantsStayApart } from './no-role-may.ts';
export type { TestInstance, TestResourceRef } from './test-resource-ref.ts';
