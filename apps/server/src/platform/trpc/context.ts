import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';
import type { PolicyPermissions } from '@latchkey/permissions';
import type { GateDecision } from '@latchkey/permissions/trpc';
import type { policy } from '@latchkey/policy';
import type { AnyTRPCRouter } from '@trpc/server';
import type { Identity } from '../../authentication/identity.ts';
import type { Subscriptions } from './watch.ts';

/** The user or machine behind a verified token, with their permissions in the token's tenant. */
export interface SignedIn {
  readonly identity: Identity;
  readonly permissions: PolicyPermissions<typeof policy>;
}

/** The header with the id of the view in which a request is made. */
export const viewAsHeader = 'x-latchkey-view-as';

/**
 * Resolves to the user of the token or, in a view as another user, to its target.
 * @throws {AppError} `TOKEN_*`, `AUTHENTICATION_UNAVAILABLE`, `TOKEN_ORGANIZATION`, `SUBJECT_REVOKED`, `VIEW_AS_ENDED`
 */
export type AuthenticateHeaders = (
  headers: IncomingHttpHeaders,
  options?: {
    /** Called before a signature is verified; throwing refuses the token. */
    readonly beforeVerification?: () => Promise<void>;
    readonly organization?: string | undefined;
  },
) => Promise<SignedIn>;

/** A request whose body has not been read, and its unwritten response. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
  /** The number of calls in the request. */
  readonly calls: number;
  /** The Logto id of the organization that the caller asks for, if the path names one. */
  readonly organization?: string | undefined;
}

/** Also counts the request's calls. @throws as `AuthenticateHeaders`, and {AppError} `RATE_LIMITED` */
export type Authenticate = (exchange: Exchange) => Promise<SignedIn>;

/** Runs a procedure call in a span of its own. `codeOf` returns the error code of a failed result. */
export type TraceCall = <Result>(
  path: string,
  run: () => Promise<Result>,
  codeOf: (result: Result) => string | undefined,
) => Promise<Result>;

/** The data of one request. `router`, which serves the request, is for procedures about gates. */
export interface Context {
  readonly router: AnyTRPCRouter;
  readonly requestId: string;
  /** The channel that the caller claims; recorded in the audit log, without effect on permissions. */
  readonly channel: 'console' | 'cli' | 'mcp';
  /** Authenticates the caller, once per request. @throws as `Authenticate` */
  readonly authenticate: () => Promise<SignedIn>;
  /**
   * Counts the request against the limits, and allows its body to be read. Idempotent. @throws {AppError} `SERVER_BUSY`
   */
  readonly admit: (subject: string) => void;
  /** Counts gate checks against the same limits, before any of them is made. @throws {AppError} `SERVER_BUSY` */
  readonly admitQuestions: (subject: string, count: number) => void;
  /** Counts a response of this many bytes, before it is loaded. @throws {AppError} `SERVER_BUSY` */
  readonly admitAnswer: (subject: string, bytes: number) => void;
  readonly subscriptions: Subscriptions;
  readonly traceCall: TraceCall;
  /** Called when a call, except a subscription, has ended. `code`: `ok` or the error code. `duration`: milliseconds. */
  readonly onCallEnded: (path: string, code: string, duration: number) => void;
  /** Counts the request's calls as changes of this caller. Idempotent. @throws {AppError} `RATE_LIMITED` */
  readonly admitChange: (subject: string) => Promise<void>;
  readonly onDecision: (caller: Identity, decision: GateDecision) => void;
}
