import type { GrantingRule } from './decision.ts';
import { AccessError, PermissionDeniedError } from './errors.ts';

/** A problem document (RFC 9457). `code` is for programs, `title` is for people. */
export interface Problem {
  /** A short text in English. */
  readonly title: string;
  /** The HTTP status of the response. */
  readonly status: AccessError['status'];
  /** Stable error code. */
  readonly code: AccessError['code'];
  /** With `FORBIDDEN`: the missing permission. */
  readonly permission?: string;
  /** With `FORBIDDEN`: the tenant roles that grant the permission. */
  readonly grantedBy?: readonly string[];
  /** With `FORBIDDEN`: the instance roles that grant it; empty when the check names no instance. */
  readonly grantedByInstanceRoles?: readonly string[];
  /** With `FORBIDDEN`: the rules that grant it. Absent when there is none. */
  readonly grantedByRules?: readonly GrantingRule[];
}

/**
 * Converts this package's errors to problem documents, for any framework; `undefined` for any other error. With tRPC,
 * call it in the error formatter: `problem: toProblem(error.cause)`.
 */
export function toProblem(error: unknown): Problem | undefined {
  if (!(error instanceof AccessError)) return undefined;
  const { message: title, status, code } = error;
  if (!(error instanceof PermissionDeniedError)) return { title, status, code };
  const { outcome: _outcome, reason: _reason, ...needed } = error.decision;
  return { title, status, code, ...needed };
}
