export { defineDirectoryMapping, type DirectoryMapping } from './mapping/define-directory-mapping.ts';
export { AccountCenter, editableAttributes } from './mapping/editable-fields.ts';
export { defaultTenant, logtoIdOf, tenantKey, userKey } from './mapping/permit-key.ts';
export {
  logtoEventNames,
  webhookEventNames,
  type LogtoEventName,
  type WebhookEventName,
} from './events/logto-event-names.ts';
export {
  isSignature,
  isTestEvent,
  LogtoEvent,
  malformedPart,
  verifySignature,
  type LogtoUser,
} from './events/logto-event.ts';
export { subjectName, subjectNamed, type Subject } from './events/subjects-of.ts';
export { subjectsOf } from './events/subjects-of.ts';
export { organizationPayload, userPayload, type Payload } from './payload-only/payload.ts';
export { applyPayload, type PayloadOutcome } from './payload-only/apply-payload.ts';
export { createLogtoManagement, type LogtoManagement } from './logto/logto-management.ts';
export { createLogtoAccounts, type LogtoAccounts, type LogtoGrant } from './logto/logto-accounts.ts';
export {
  createLogtoInvitations,
  type LogtoInvitation,
  type LogtoInvitations,
} from './logto/logto-invitations.ts';
export { readDeliveryLog, type FailedDelivery } from './logto/delivery-log.ts';
export { isPrivateAddress } from './logto/delivery-log.ts';
export { ownHooks } from './logto/delivery-log.ts';
export { LogtoApiError, type LogtoManagementOptions } from './logto/logto-transport.ts';
export {
  createPermitFacts,
  type PermitFacts,
  type PermitReads,
  type PermitWrites,
  type RolesFilter,
  type UserRole,
} from './permit/permit-facts.ts';
export {
  allowanceOf,
  cautiousLimits,
  createPermitClient,
  createRateLimiter,
  noLimits,
  paceRange,
  waitOf,
  type CallKind,
  type Limits,
  type TokenBuckets,
} from '@latchkey/permissions/permit';
export { apply } from './apply/apply.ts';
export type { OnApplied } from './apply/apply-one.ts';
export { plan } from './plan/plan.ts';
export { isRemoval, subjectKeyOf, type Operation } from './plan/operation.ts';
export { originAttribute, suspendedRolesAttribute } from './plan/managed-by-sync.ts';
export { userAfter, type LogtoUserFacts, type SyncedUser } from './plan/synced-user.ts';
export { parseSuspendedRoles, withoutSuspendedRoles } from './plan/managed-by-sync.ts';
export { grantsFromLogto, type ReconcileDeps, type UserStatus } from './reconcile/plan-for-user.ts';
export { reconcileUser, type UserOutcome } from './reconcile/reconcile-user.ts';
export { findMismatchedUsers, reconcileOrganization } from './reconcile/reconcile-organization.ts';
export { reconcileAll, type Progress, type ReconcileReport } from './reconcile/reconcile-all.ts';
export { allowedLosses, MassChangeError } from './reconcile/mass-change.ts';
