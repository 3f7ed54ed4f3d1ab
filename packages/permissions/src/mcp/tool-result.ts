import {
  AccessError,
  AuthorizationUnavailableError,
  PermissionDeniedError,
  toProblem,
} from '../core/errors.ts';
import type { Deny } from '../core/decision.ts';
import type { Policy } from '../core/policy.ts';
import { isRecord, valueOf } from '../core/records.ts';
import { ToolError, ToolInputError } from './tool.ts';

/** The result of `tools/call`. */
export type ToolResult = {
  readonly content: { type: 'text'; text: string }[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: boolean;
};

/** What a tool returned: text, JSON, or a result of its own with `content`. */
export function resultOf(returned: unknown): ToolResult {
  if (isRecord(returned) && Array.isArray(returned['content'])) return returned as ToolResult; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the SDK checks it
  if (typeof returned === 'string') return text(returned);
  const json = JSON.stringify(returned ?? null);
  const structured: unknown = JSON.parse(json);
  return {
    ...text(json),
    structuredContent: isRecord(structured) ? { ...structured } : { result: structured },
  };
}

function text(written: string): Pick<ToolResult, 'content'> {
  return { content: [{ type: 'text', text: written }] };
}

/** The result that says to the model what failed; `undefined` for an error that it must not see. */
export function failureOf(error: unknown, policy: Policy): ToolResult | undefined {
  if (error instanceof ToolInputError) {
    const issues = error.issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    return failure(`Invalid input. ${issues.join('; ')}`, {
      title: 'The input is invalid.',
      status: 400,
      code: 'INVALID_INPUT',
      issues: error.issues,
    });
  }
  if (error instanceof ToolError) return failure(error.message, { title: error.message, code: error.code });
  if (!(error instanceof AccessError)) return undefined;
  const problem = { ...toProblem(error) };
  if (error instanceof PermissionDeniedError) return failure(deniedText(error.decision, policy), problem);
  if (error instanceof AuthorizationUnavailableError) {
    const seconds = error.headers['retry-after'];
    return failure(
      `Permissions cannot be checked right now. This is temporary, and not a denial: try again in ${seconds} s.`,
      problem,
    );
  }
  return failure(error.message, problem);
}

/** Of an error that tRPC has wrapped. An internal error remains as it is, and the model does not see it. */
export function causeOf(error: unknown): unknown {
  const { name, code, message, cause } = Object(error);
  if (name !== 'TRPCError') return error;
  if (cause instanceof AccessError) return cause;
  const { issues, code: ownCode } = Object(cause);
  if (code === 'BAD_REQUEST' && Array.isArray(issues)) return new ToolInputError(issues);
  if (code === 'INTERNAL_SERVER_ERROR') return cause ?? error;
  return new ToolError(String(message), {
    code: typeof ownCode === 'string' ? ownCode : String(code),
    cause,
  });
}

export function failure(message: string, problem: Record<string, unknown>): ToolResult {
  return { ...text(message), structuredContent: problem, isError: true };
}

/** What is missing, and who can grant it. */
function deniedText({ permission, reason, scopes = [], ...deny }: Deny, policy: Policy): string {
  if (reason === 'insufficient_scope') {
    const [scope = ''] = scopes;
    const covering = valueOf(policy.scopes ?? {}, scope);
    return covering === undefined
      ? `Not allowed: ${permission} is not available to applications that act for a person.`
      : `Not allowed: this connection does not cover ${permission}. The person must connect again and consent to "${covering.name}" (scope ${scope}).`;
  }
  const who = reason === 'acting' ? 'an agent in this call' : 'the person';
  const roles = deny.grantedBy.map((role) => policy.roles[role]?.name ?? role);
  const onInstance = deny.grantedByInstanceRoles.map((role) => `${role} of the instance`);
  const granting = [...roles, ...onInstance, ...(deny.grantedByRules ?? []).map((rule) => rule.text)];
  const remedy =
    granting.length === 0
      ? 'No role grants it.'
      : `It is granted by: ${granting.join(', ')}. Another try gives the same answer until an administrator assigns one.`;
  return `Not allowed: ${who} does not have the permission ${permission}. ${remedy}`;
}
