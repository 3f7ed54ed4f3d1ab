/** The events that sync acts on, in Logto's order. Others come too, are ignored, and are shown by Logto's name. */
export const events = [
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
export type KnownEvent = (typeof events)[number];

export function isKnownEvent(event: string): event is KnownEvent {
  return events.some((known) => known === event);
}
