import type { FailureCode } from './sync-status.ts';
import type { WebhookEventName } from './webhook-event-names.ts';

export const failureMessages = {
  PERMIT_UNAVAILABLE: {
    why: 'Permit didn’t respond',
    todo: 'Outages are retried automatically. If it continues, check that this server can reach PERMIT_API_URL with “pnpm latchkey doctor”.',
  },
  PERMIT_RATE_LIMITED: {
    why: 'Permit rate limit reached',
    todo: 'Sync slows down automatically. If it continues, lower PERMIT_WRITES_PER_MINUTE or ask Permit for a higher limit.',
  },
  PERMIT_FORBIDDEN: {
    why: 'Permit rejected the API key',
    todo: 'Check whether PERMIT_API_KEY was rotated or belongs to another environment, then restart the server with the right one.',
  },
  PERMIT_REFUSED: {
    why: 'Permit rejected the change',
    todo: 'Usually a role that doesn’t exist in Permit. Run “pnpm latchkey policy plan” to see what’s missing.',
  },
  LOGTO_UNAVAILABLE: {
    why: 'Logto didn’t respond',
    todo: 'Outages are retried automatically. If it continues, check that this server can reach LOGTO_ENDPOINT with “pnpm latchkey doctor”.',
  },
  LOGTO_RATE_LIMITED: {
    why: 'Logto rate limit reached',
    todo: 'Retried automatically. If it continues, something else is sending many requests to the same Logto tenant.',
  },
  LOGTO_FORBIDDEN: {
    why: 'Logto denied access to sync',
    todo: 'Check LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET, and that the app has the role “Logto Management API access”.',
  },
  LOGTO_REFUSED: {
    why: 'Logto rejected the request',
    todo: 'Check that LOGTO_ENDPOINT and LOGTO_MANAGEMENT_RESOURCE belong to the same tenant. “pnpm latchkey doctor” tests both.',
  },
  PAYLOAD_UNUSABLE: {
    why: 'The delivery can’t be read',
    todo: 'Retrying won’t help. Save the user or organization again in Logto to send a new delivery.',
  },
  ABANDONED: {
    why: 'The server stopped during the last attempt',
    todo: 'Retry it. If the server stops again, check its log and send the delivery’s ID to your Latchkey maintainer.',
  },
  INTERNAL: {
    why: 'Internal error in Latchkey',
    todo: 'See the server’s log at that time. If it continues, send the detail to your Latchkey maintainer.',
  },
} as const satisfies Record<FailureCode, { why: string; todo: string }>;

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
