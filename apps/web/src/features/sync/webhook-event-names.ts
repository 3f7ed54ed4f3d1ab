/**
 * The events that sync handles, in Logto's order. Other events are ignored, and shown by Logto's name.
 *
 * The messages are keyed by this list: a new event needs a translation in every event-messages.*.ts.
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
] as const;
export type WebhookEventName = (typeof webhookEventNames)[number];

export function isKnownEvent(event: string): event is WebhookEventName {
  return webhookEventNames.some((known) => known === event);
}
