import type { FailureCode } from './sync-status.ts';

/** What happened, and what to do. */
export const failureMessages = {
  PERMIT_UNAVAILABLE: {
    why: 'Permit.io couldn’t answer',
    todo: 'An outage passes by itself. If it lasts, see whether this server reaches PERMIT_API_URL: “pnpm latchkey doctor” tries it.',
  },
  PERMIT_RATE_LIMITED: {
    why: 'Permit.io asked to slow down',
    todo: 'Sync slows down by itself. If it goes on, lower PERMIT_WRITES_PER_MINUTE, or ask Permit.io for a higher limit.',
  },
  PERMIT_FORBIDDEN: {
    why: 'Permit.io didn’t accept the key',
    todo: 'Check PERMIT_API_KEY: it may have been rotated, or belong to another environment. The server has to be started again with the right one.',
  },
  PERMIT_REFUSED: {
    why: 'Permit.io refused the change',
    todo: 'Most often a role that Permit.io doesn’t have. “pnpm latchkey policy plan” shows what is missing there.',
  },
  LOGTO_UNAVAILABLE: {
    why: 'Logto couldn’t answer',
    todo: 'An outage passes by itself. If it lasts, see whether this server reaches LOGTO_ENDPOINT: “pnpm latchkey doctor” tries it.',
  },
  LOGTO_RATE_LIMITED: {
    why: 'Logto asked to slow down',
    todo: 'It passes by itself. If it goes on, something else asks Logto a lot with the same tenant.',
  },
  LOGTO_FORBIDDEN: {
    why: 'Logto didn’t let sync ask',
    todo: 'Check LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET, and that the app has the role “Logto Management API access”.',
  },
  LOGTO_REFUSED: {
    why: 'Logto refused to tell',
    todo: 'Check LOGTO_ENDPOINT and LOGTO_MANAGEMENT_RESOURCE: they may name another tenant. “pnpm latchkey doctor” tries both.',
  },
  PAYLOAD_UNUSABLE: {
    why: 'The delivery can’t be read',
    todo: 'A replay won’t read it either. Save the user or organization once more in Logto, so that it tells Latchkey anew.',
  },
  ABANDONED: {
    why: 'The server ended during the last attempt',
    todo: 'Replay it. If the server ends again, its log says why; send the delivery’s id to whoever maintains Latchkey.',
  },
  INTERNAL: {
    why: 'Latchkey itself failed',
    todo: 'The server’s log has more at the same time. If it keeps failing, send the detail to whoever maintains Latchkey.',
  },
} as const satisfies Record<FailureCode, { why: string; todo: string }>;
