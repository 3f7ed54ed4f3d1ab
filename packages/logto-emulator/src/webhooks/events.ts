/**
 * The events of Logto 1.42, in Logto's order. A new event needs an entry here and in SUPPORTED.md, and a place that
 * raises it: `raises` of a route, or a function of payloads.ts for sign-ins.
 */
export const hookEvents = [
  'PostRegister',
  'PostSignIn',
  'PostSignInAdaptiveMfaTriggered',
  'PostResetPassword',
  'User.Created',
  'User.Deleted',
  'User.Data.Updated',
  'User.SuspensionStatus.Updated',
  'Role.Created',
  'Role.Deleted',
  'Role.Data.Updated',
  'Role.Scopes.Updated',
  'Scope.Created',
  'Scope.Deleted',
  'Scope.Data.Updated',
  'Organization.Created',
  'Organization.Deleted',
  'Organization.Data.Updated',
  'Organization.Membership.Updated',
  'OrganizationRole.Created',
  'OrganizationRole.Deleted',
  'OrganizationRole.Data.Updated',
  'OrganizationRole.Scopes.Updated',
  'OrganizationScope.Created',
  'OrganizationScope.Deleted',
  'OrganizationScope.Data.Updated',
  'Identifier.Lockout',
  'Message.RateLimited',
  'Grant.LimitExceeded',
] as const;

export type HookEvent = (typeof hookEvents)[number];

/** The payload's fields are in the order in which they are sent. `hookId` comes last and is added for each hook. */
export interface RaisedEvent {
  readonly event: HookEvent;
  readonly payload: Readonly<Record<string, unknown>>;
}
