import { rolesGranting } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import type { AppRouter } from '@latchkey/server/router';
import { TRPCError, type inferRouterInputs } from '@trpc/server';
import type { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Outputs } from '../api/trpc.ts';
import type { Member } from '../features/members/member.ts';
import type { Connection } from '../shared/applications/application.tsx';
import type { Review, ReviewRow } from '../features/reviews/review.ts';
import type { OwnRequest } from '../shared/request-access/own-request.tsx';
import type { SharedWith } from '../shared/sharing/use-change-share.ts';

type Inputs = inferRouterInputs<AppRouter>;

export interface Caller {
  readonly subject: string;
  readonly tenant: string;
  readonly role: AppRole | null;
}

/** A subscription answers with each of its events. */
type Answer<Output> = Output extends AsyncIterable<infer Event> ? Event : Output;

/**
 * The answers of the procedures that pages call: data, or a function of the input and its caller. A mutation answers
 * nothing unless the page needs it.
 */
export type Answers = {
  [Router in keyof Outputs]: {
    [Procedure in keyof Outputs[Router]]?: Procedure extends keyof Inputs[Router]
      ? | Answer<Outputs[Router][Procedure]>
        | ((
            input: Inputs[Router][Procedure],
            caller: Caller,
          ) => Answer<Outputs[Router][Procedure]> | undefined)
      : never;
  };
};

/** The recorded organization: data of its answers that tests or mutations change. */
export interface Organization {
  readonly members: Member[];
  /** The members whose account cannot be reached in Logto, so that only their roles are removed. */
  readonly unreachable: Set<string>;
  /** The members who are the last owners of a report. */
  readonly lastOwners: Set<string>;
  /** The connections of every member, in this organization. */
  connections: Connection[];
  /** The blocked applications, by client id, with the reason. */
  readonly blocked: Map<string, string | null>;
  /** Newest first, like the other lists. */
  readonly requests: OwnRequest[];
  /** Whether the approver can view the requested instances. */
  instances: 'readable' | 'unreadable' | 'gone';
  /** The end of the grants that requests would extend. */
  heldUntil: string | null;
  readonly reviews: Review[];
  /** The rows of every review, in the order of their positions. */
  rows: ReviewRow[];
  readonly reports: Outputs['reports']['list']['items'];
  /** The reports that can be restored. */
  readonly deleted: Outputs['reports']['list']['items'];
  /** In the list. Every other id is one with the title “Audit 2026”. */
  readonly collections: Outputs['collections']['list'];
  /** The users with a role on the only report. */
  sharedWith: SharedWith[];
  /** The invited addresses, which are also their ids. */
  invited: string[];
  /** Whether Logto has a connector for email. */
  canSendMail: boolean;
  readonly events: Outputs['audit']['list']['events'];
  /** The users in the events. */
  readonly people: Outputs['audit']['list']['people'];
  views: Outputs['audit']['views'];
  paused: boolean;
  readonly runs: Outputs['sync']['status']['runs'];
  deliveries: Outputs['sync']['delivery'][];
  /** Of every user. */
  notifications: Outputs['notifications']['list'];
  /** The ends of every user's roles. */
  readonly ends: Outputs['session']['me']['ends'];
}

type Status = keyof typeof TRPC_ERROR_CODES_BY_KEY;

/** The statuses of the codes that tests use. The others are conflicts. */
const statuses: Readonly<Record<string, Status>> = {
  TOKEN_EXPIRED: 'UNAUTHORIZED',
  SUBJECT_REVOKED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  AUTHORIZATION_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  DIRECTORY_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  SERVER_BUSY: 'SERVICE_UNAVAILABLE',
  SUBSCRIPTION_LIMIT: 'TOO_MANY_REQUESTS',
  EXPLANATION_LIMIT: 'TOO_MANY_REQUESTS',
  REQUEST_LIMIT: 'TOO_MANY_REQUESTS',
  INPUT_INVALID: 'BAD_REQUEST',
};

/** A procedure's error with its code, like the real server's. */
export function fail(code: string, more: object = {}): TRPCError {
  const status = statuses[code] ?? (code.endsWith('NOT_FOUND') ? 'NOT_FOUND' : 'CONFLICT');
  return new TRPCError({
    code: status,
    cause: Object.assign(new Error(code), { failure: { code, ...more } }),
  });
}

/** The denial of this permission, as in the answer of a gate. */
export function denialOf(permission: AppPermission, role: AppRole | null = 'viewer') {
  const { tenant, instance } = rolesGranting(policy, permission);
  return {
    permission,
    reason: role === null ? 'no_role_in_tenant' : 'no_permission',
    grantedBy: tenant,
    grantedByInstanceRoles: instance.map((one) => one.split('#')[1] ?? ''),
  } as const;
}

export const forbidden = (permission: AppPermission): TRPCError =>
  fail('FORBIDDEN', { denied: denialOf(permission) });
