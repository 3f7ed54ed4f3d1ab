import type { WebhookEventName } from './webhook-event-names.ts';

/** What each event of Logto reports. */
export const eventMessages = {
  PostRegister: 'Someone signed up',
  PostSignIn: 'Someone signed in',
  'User.Created': 'User created',
  'User.Data.Updated': 'User details changed',
  'User.SuspensionStatus.Updated': 'User suspended or reactivated',
  'User.Deleted': 'User deleted',
  'Organization.Created': 'Organization created',
  'Organization.Data.Updated': 'Organization details changed',
  'Organization.Membership.Updated': 'Members changed',
  'Organization.Deleted': 'Organization deleted',
  'Role.Data.Updated': 'Role changed',
  'Role.Deleted': 'Role deleted',
  'OrganizationRole.Data.Updated': 'Organization role changed',
  'OrganizationRole.Deleted': 'Organization role deleted',
} as const satisfies Record<WebhookEventName, string>;
