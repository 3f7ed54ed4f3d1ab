export type { AttributeMap, Attributes, Value } from './attributes.ts';
export type { Json, JsonObject } from './query.ts';
export type { EngineOptions } from './query.ts';
export type {
  AuthorizationQuery,
  AuthorizedUsersQuery,
  ResourceInput,
  UserInput,
  UserPermissionsQuery,
  UserTenantsQuery,
} from './query.ts';
export type {
  AllowedTenant,
  AllowingRule,
  AuthorizationResult,
  AuthorizedUserAssignment,
  AuthorizedUsersResult,
  Debug,
  DebugCode,
  ModelDebug,
  ObjectPermissions,
  RebacRole,
  RequestDebug,
  Source,
  TenantDetails,
  UserPermissionsResult,
} from './result.ts';
export type {
  ConditionSetFacts,
  Derivation,
  DerivationRule,
  Grants,
  Link,
  ResourceInstanceFacts,
  ResourceTypeFacts,
  RoleFacts,
  TenantFacts,
  UserFacts,
  World,
} from './world.ts';
export { allTenants, userTenants } from './tenants.ts';
export { allows } from './check.ts';
export { authorizedUsers } from './authorized-users.ts';
export { check } from './check.ts';
export { checkConditions, type ConditionProblem } from './abac/check-conditions.ts';
export { evaluateConditions, isEmpty as isEmptyCondition } from './abac/compile-conditions.ts';
export { resolvePath } from './attributes.ts';
export type { Verdict } from './abac/operators.ts';
export { userPermissions } from './user-permissions.ts';
export { worldFromDocument, type DataDocument } from './world-from-document.ts';
