/**
 * The webhook events of Logto 1.44, by how sync handles them
 * (https://docs.logto.io/developers/webhooks/webhooks-events). Not all are documented:
 * `PostSignInAdaptiveMfaTriggered`, `Identifier.Lockout`, `Message.RateLimited` and `Grant.LimitExceeded` may not be. No
 * imports, because browsers load this file through `@latchkey/directory-sync/events`.
 */
export const logtoEventNames = [
  // Interaction events: reconcile the user who signs up or signs in.
  'PostRegister',
  'PostSignIn',
  'PostSignInAdaptiveMfaTriggered',
  'PostResetPassword',
  // Reconcile the user.
  'User.Created',
  'User.Deleted',
  'User.Data.Updated',
  'User.SuspensionStatus.Updated',
  // Reconcile the organization.
  'Organization.Created',
  'Organization.Deleted',
  'Organization.Data.Updated',
  // Reconcile the users who joined or left; reconcile the organization if the event names too many users or none.
  'Organization.Membership.Updated',
  // Reconcile the whole directory: a role that a mapping names may have been renamed or deleted.
  'Role.Deleted',
  'Role.Data.Updated',
  'OrganizationRole.Deleted',
  'OrganizationRole.Data.Updated',
  // Ignored: they affect nothing in Permit.
  'Role.Created',
  'Role.Scopes.Updated',
  'OrganizationRole.Created',
  'OrganizationRole.Scopes.Updated',
  'Scope.Created',
  'Scope.Deleted',
  'Scope.Data.Updated',
  'OrganizationScope.Created',
  'OrganizationScope.Deleted',
  'OrganizationScope.Data.Updated',
  'Identifier.Lockout',
  'Message.RateLimited',
  'Grant.LimitExceeded',
  'TrustedDevice.Created',
  'TrustedDevice.Deleted',
] as const;

export type LogtoEventName = (typeof logtoEventNames)[number];

/**
 * The events that the webhook subscribes to. `PostSignIn` reconciles the user at each sign-in, because Logto sends no
 * event when a user's roles change. The other interaction events change no role.
 */
export const webhookEventNames = [
  'PostRegister',
  'PostSignIn',
  'User.Created',
  'User.Data.Updated',
  'User.SuspensionStatus.Updated',
  'User.Deleted',
  'Organization.Created',
  'Organization.Data.Updated',
  'Organization.Membership.Updated',
  'Organization.Deleted',
  'Role.Data.Updated',
  'Role.Deleted',
  'OrganizationRole.Data.Updated',
  'OrganizationRole.Deleted',
] as const satisfies readonly LogtoEventName[];

export type WebhookEventName = (typeof webhookEventNames)[number];
