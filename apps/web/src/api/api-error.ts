import type { AppPermission, AppRole } from '@latchkey/policy';
import { isTRPCClientError, TRPCClientError } from '@trpc/client';
import * as v from 'valibot';
import { SessionOverError, type SessionState } from '../auth/session-state.ts';
import { isPermission, instanceRolesIn, isRole, type RolesOn } from '../policy.ts';

/** `data` of a tRPC error. Accepts unknown codes, permissions and roles of a newer server. */
const ErrorData = v.object({
  httpStatus: v.number(),
  latchkey: v.optional(
    v.object({
      code: v.string(),
      requestId: v.nullable(v.string()),
      denied: v.optional(
        v.object({
          permission: v.string(),
          reason: v.string(),
          grantedBy: v.array(v.string()),
          grantedByInstanceRoles: v.optional(v.array(v.string())),
        }),
      ),
    }),
  ),
});

/** The body of an error that occurs before a procedure is called, such as too many requests (RFC 9457). */
const ProblemDocument = v.object({
  status: v.number(),
  code: v.string(),
  requestId: v.nullable(v.string()),
});

/** Codes of temporary errors: the same request can succeed later. */
const busyCodes = ['SERVER_BUSY', 'RATE_LIMITED', 'SUBSCRIPTION_LIMIT'] as const;

/** Codes of permanent errors with their own messages. */
const refusedCodes = [
  'BATCH_TOO_LARGE',
  'REQUEST_TOO_LARGE',
  'UNSUPPORTED_ENCODING',
  'VIEW_AS_READ_ONLY',
  'APPLICATION_BLOCKED',
  'APPLICATION_DISCONNECTED',
  'APPLICATION_NOT_ALLOWED',
] as const;

export type BusyCode = (typeof busyCodes)[number];
export type RefusedCode = (typeof refusedCodes)[number];

export interface Denial {
  /** `null` if the server did not name it or this version does not know it. */
  readonly permission: AppPermission | null;
  /** Whether Permit.io does not know the user yet, or the user has no role in this organization. */
  readonly newcomer: boolean;
  /** Roles in the organization. Empty if only a role on the report or the collection itself grants the permission. */
  readonly grantedBy: readonly AppRole[];
  /** The roles on the report or the collection itself. `null` if the denied check is about neither. */
  readonly grantedOn: RolesOn | null;
}

export type ApiError =
  | { readonly kind: 'denied'; readonly denial: Denial }
  /** No decision could be made. Temporary, and not a denial. */
  | { readonly kind: 'undecided' }
  | { readonly kind: 'not-found' }
  /** The server rejected the session. */
  | { readonly kind: 'signed-out' }
  /** There is no token. Loaded data can stay on the page. */
  | { readonly kind: 'session-over' }
  /** No response from the server, because the network or the server is down. Temporary. */
  | { readonly kind: 'unreachable' }
  /** The server responds but cannot handle the request now. Temporary. */
  | { readonly kind: 'busy'; readonly code: BusyCode }
  | {
      readonly kind: 'failed';
      /** The HTTP status. Below 500 the error is permanent. */
      readonly status: number;
      readonly code: RefusedCode | null;
      readonly requestId: string | null;
    };

export function apiErrorOf(error: unknown): ApiError {
  const answer = isTRPCClientError(error) ? answerOf(error.data, error.meta?.['responseJSON']) : undefined;
  if (answer === undefined) return { kind: isSessionOver(error) ? 'session-over' : 'unreachable' };
  const { httpStatus, latchkey } = answer;
  const code = latchkey?.code;
  if (code === 'AUTHORIZATION_UNAVAILABLE' || code === 'AUTHENTICATION_UNAVAILABLE')
    return { kind: 'undecided' };
  if (code === 'FORBIDDEN') return { kind: 'denied', denial: denialOf(latchkey?.denied) };
  // Signing in again would not help.
  if (httpStatus === 401 && code !== 'APPLICATION_DISCONNECTED') return { kind: 'signed-out' };
  if (httpStatus === 404) return { kind: 'not-found' };
  const busy = busyCodes.find((one) => one === code);
  if (busy !== undefined) return { kind: 'busy', code: busy };
  return {
    kind: 'failed',
    status: httpStatus,
    code: refusedCodes.find((one) => one === code) ?? null,
    requestId: latchkey?.requestId ?? null,
  };
}

/** The error of a response to a request without tRPC. */
export async function errorOfResponse(response: Response): Promise<Error> {
  const responseJSON: unknown = await response.json().catch(() => undefined);
  return TRPCClientError.from(new Error(`HTTP status ${response.status}`), { meta: { responseJSON } });
}

/** The server's error code, for a page that handles more codes than `apiErrorOf`. */
export function errorCodeOf(error: unknown): string | undefined {
  return isTRPCClientError(error)
    ? answerOf(error.data, error.meta?.['responseJSON'])?.latchkey?.code
    : undefined;
}

/** Whether the error means that the account was suspended or deleted. */
export function isRevoked(error: unknown): boolean {
  return errorCodeOf(error) === 'SUBJECT_REVOKED';
}

/** Call this for each failed request: ends the session if the server rejected it. */
export function endSession(session: SessionState, error: unknown): void {
  if (isRevoked(error)) session.revoke();
  else if (apiErrorOf(error).kind === 'signed-out') session.end();
}

/** Like `endSession`, for what the user has tried to do: asks again to sign in if the session is already over. */
export function endSessionAfterAction(session: SessionState, error: unknown): void {
  if (session.isOver()) session.end();
  else endSession(session, error);
}

/** Whether the server has definitely refused, so that data on the page must be removed. */
export function isRefusal({ kind }: ApiError): boolean {
  return kind === 'signed-out' || kind === 'denied' || kind === 'not-found';
}

/** Whether the error means that the record does not exist: 404, or 400 when the id in the URL is not valid. */
export function isMissing(error: unknown): boolean {
  const problem = apiErrorOf(error);
  return problem.kind === 'not-found' || (problem.kind === 'failed' && problem.status === 400);
}

function isSessionOver(error: unknown): boolean {
  return (isTRPCClientError(error) ? error.cause : error) instanceof SessionOverError;
}

/** The server's error data; `undefined` when the response is not from the server. */
function answerOf(data: unknown, body: unknown): v.InferOutput<typeof ErrorData> | undefined {
  const fromProcedure = v.safeParse(ErrorData, data);
  if (fromProcedure.success) return fromProcedure.output;
  const problem = v.safeParse(ProblemDocument, body);
  if (!problem.success) return undefined;
  const { status, ...latchkey } = problem.output;
  return { httpStatus: status, latchkey };
}

function denialOf(denied: NonNullable<v.InferOutput<typeof ErrorData>['latchkey']>['denied']): Denial {
  return {
    permission: denied !== undefined && isPermission(denied.permission) ? denied.permission : null,
    newcomer: denied?.reason === 'unknown_subject' || denied?.reason === 'no_role_in_tenant',
    grantedBy: denied?.grantedBy.filter(isRole) ?? [],
    grantedOn: denied === undefined ? null : instanceRolesIn(denied),
  };
}
