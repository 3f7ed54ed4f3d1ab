/** The events that sync acts on, in Logto's order. Others come too, are ignored, and are shown by Logto's name. */
export const logtoEvents = [
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
export type LogtoEventName = (typeof logtoEvents)[number];

export function isKnownEvent(event: string): event is LogtoEventName {
  return logtoEvents.some((known) => known === event);
}
