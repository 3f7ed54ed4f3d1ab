import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';
import type { PolicyPermissions } from '@latchkey/permissions';
import type { GateDecision } from '@latchkey/permissions/trpc';
import type { policy } from '@latchkey/policy';
import type { Identity } from '../auth/identity.ts';

/** The person (or machine) behind a verified token, and what they may do in the token's tenant. */
export interface SignedIn {
  readonly identity: Identity;
  readonly permissions: PolicyPermissions<typeof policy>;
}

/** The view that a request is made in: its id. */
export const viewAsHeader = 'x-latchkey-view-as';

/**
 * From the headers of a request to the caller: who the token says, or in a view as somebody else whom it shows.
 * @throws {AppError} `TOKEN_*`, `AUTHENTICATION_UNAVAILABLE`, `SUBJECT_REVOKED`, `VIEW_AS_ENDED`
 */
export type AuthenticateHeaders = (
  headers: IncomingHttpHeaders,
  /** Called before a token is verified that was not verified before; what it throws refuses the token. */
  beforeVerification?: () => Promise<void>,
) => Promise<SignedIn>;

/** A request and its answer, neither of them read or written yet. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
  /** How many calls the request has. */
  readonly calls: number;
}

/**
 * From a request to the caller, whose calls are counted.
 * @throws as `AuthenticateHeaders`, and {AppError} `RATE_LIMITED`
 */
export type Authenticate = (exchange: Exchange) => Promise<SignedIn>;

/** Runs a procedure call of this path. */
export type TraceCall = <Result>(
  path: string,
  run: () => Promise<Result>,
  codeOf: (result: Result) => string | undefined,
) => Promise<Result>;

/** What belongs to one request, and nothing else: routers get what they work with when they are created. */
export interface Context {
  readonly requestId: string;
  /** Through what the caller says to act: a word for the audit log, which gives nobody a right. */
  readonly channel: 'console' | 'cli';
  /**
   * Verifies the request's token, once per request.
   * @throws as `Authenticate`
   */
  readonly authenticate: () => Promise<SignedIn>;
  /**
   * Counts the request's calls and body against what this caller, and all callers, may have in progress, and lets the body
   * be read. To be called once or more. @throws {AppError} `SERVER_BUSY`
   */
  readonly admit: (subject: string) => void;
  /** The same for so many questions about gates, before any of them is asked. @throws {AppError} `SERVER_BUSY` */
  readonly admitQuestions: (subject: string, count: number) => void;
  /** The same for an answer of so many bytes, before it is loaded. @throws {AppError} `SERVER_BUSY` */
  readonly admitAnswer: (subject: string, bytes: number) => void;
  /** Runs a call, within a span of its own where spans are recorded. `codeOf`: the code of its error. */
  readonly traceCall: TraceCall;
  /** Told how each call ended, subscriptions left out: `ok`, or the code of its error, after so many milliseconds. */
  readonly onCallEnded: (path: string, code: string, duration: number) => void;
  /** Counts the request's calls as changes of this caller. To be called once or more. @throws {AppError} `RATE_LIMITED` */
  readonly admitChange: (subject: string) => Promise<void>;
  /** Told what the gate of each call decided. */
  readonly onDecision: (caller: Identity, decision: GateDecision) => void;
}
