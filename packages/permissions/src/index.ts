export { definePolicy } from './define-policy.ts';
export type { Policy } from './policy.ts';
export type {
  AttributesOf,
  PermissionOf,
  ResourceOf,
  ResourceRoleOf,
  RoleOf,
  UserAttributesOf,
} from './policy-types.ts';
export {
  permissionsOf,
  permissionsOfRole,
  permissionsOfResourceRole,
  rolesGranting,
  rolesOf,
} from './grants.ts';
export type { Allow, Check, Decider, Decision, Deny, DenyReason, Grants } from './decision.ts';
export { createPermissions, type ResourceRef, type Permissions, type Question } from './permissions.ts';
export { ServerAttributes, serverAttributes, serverContext } from './server-attributes.ts';
export { AuthorizationUnavailableError, PermissionDeniedError, type OutageCause } from './errors.ts';
export type {
  GateAnswer,
  GateAnswers,
  GateProblem,
  GateQuestion,
  PermissionQuestion,
  ProcedureQuestion,
} from './gate-question.ts';
