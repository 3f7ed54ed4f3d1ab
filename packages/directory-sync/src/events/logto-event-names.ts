/**
 * The names of all webhook events of Logto 1.44, grouped by how sync handles them. For events of newer versions,
 * `subjectsOf` uses the first part of the name. A name added here must also be added to the table in `subjects-of.ts`,
 * which does not compile otherwise. Source: https://docs.logto.io/developers/webhooks/webhooks-events;
 * `PostSignInAdaptiveMfaTriggered`, `Identifier.Lockout`, `Message.RateLimited` and `Grant.LimitExceeded` are sent, but
 * some of them are not documented.
 *
 * This file has no imports, so that browser code can import it through `@latchkey/directory-sync/events`.
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

/** The name of a Logto 1.44 webhook event. */
export type LogtoEventName = (typeof logtoEventNames)[number];

/**
 * The events that the webhook in Logto subscribes to. `PostSignIn` itself changes nothing, but triggers a reconcile at
 * each sign-in, so that role changes, for which Logto sends no event, are applied before the next sweep. The other two
 * interaction events are handled but not subscribed to: they change no role, and `PostSignIn` follows when the user
 * signs in.
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

/** The name of an event that the webhook subscribes to. */
export type WebhookEventName = (typeof webhookEventNames)[number];
