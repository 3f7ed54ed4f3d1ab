export { definePolicy } from './define-policy.ts';
export type { InstancePermissionOf } from './instance-permission.ts';
export type {
  AttributesOf,
  PermissionOf,
  Policy,
  ResourceOf,
  ResourceRoleOf,
  RoleOf,
  ScopeDefinition,
  ScopeOf,
  UserAttributesOf,
} from './policy.ts';
export type { PolicyDecider, PolicyPermissions } from './permissions.ts';
export {
  permissionsOf,
  permissionsOfRole,
  permissionsOfResourceRole,
  rolesGranting,
  rolesOf,
  rulesGranting,
} from './grants.ts';
export { scopesCovering, type ScopeTable } from './ceilings.ts';
export { changeGrants, type GrantChange } from './grants.ts';
export type {
  Allow,
  Check,
  DecideOptions,
  Decider,
  Decision,
  DecisionSource,
  Deny,
  DenyReason,
  Grants,
  GrantingRule,
} from './decision.ts';
export {
  createPermissions,
  type ListOptions,
  type ResourceRef,
  type Permissions,
  type PermissionsOf,
  type Question,
} from './permissions.ts';
export {
  toProblem,
  type Problem,
  AuthorizationUnavailableError,
  ExplanationUnavailableError,
  InstanceNotFoundError,
  PermissionDeniedError,
  type OutageCause,
} from './errors.ts';
export { isTooDeep } from './json-depth.ts';
export { ServerAttributes, serverAttributes, serverContext } from './server-attributes.ts';
export type {
  AllowedExplanation,
  Change,
  CheckedExplanation,
  DeniedExplanation,
  Explanation,
  GrantPath,
  HeldRole,
  Note,
  Remedy,
} from '../explain/explanation.ts';
export type {
  GateAnswer,
  GateAnswers,
  GateProblem,
  GateQuestion,
  PermissionQuestion,
  ProcedureQuestion,
} from './gate-question.ts';
export {
  ListNotPlannableError,
  type NotPlannable,
  maxListKeys,
  type ListAlternative,
  type ListPlan,
  type ListQuestion,
} from '../list/list-plan.ts';
export type { ListFieldOf } from '../list/list-field.ts';
export { meets, type ListRow } from '../list/meets.ts';
export type { RowComparison, RowCondition } from '../list/row-condition.ts';
