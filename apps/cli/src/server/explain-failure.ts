import { userKey } from '@latchkey/directory-sync';
import { isTRPCClientError } from '@trpc/client';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { parseJson } from '../files.ts';
import { reasonOf } from '../http/request.ts';
import type { ServerEnv } from '../env.ts';

/** `data` of an error from the server. The code is any string: a newer server may have other codes. */
const ErrorData = z.object({
  latchkey: z.object({
    code: z.string(),
    requestId: z.string().nullable(),
    denied: z.object({ permission: z.string() }).optional(),
  }),
});
const Problem = z.object({ title: z.string(), code: z.string(), requestId: z.string().nullable() });
type ErrorData = z.output<typeof ErrorData>['latchkey'];

/** Converts a failed server call to an {@link ActionableError}. Returns other errors unchanged. */
export function explainFailure(error: unknown, env: ServerEnv): unknown {
  if (!isTRPCClientError(error)) return error;
  if (error.cause instanceof ActionableError) return error.cause;
  const data = ErrorData.safeParse(error.data).data?.latchkey;
  if (data === undefined) return withoutCode(error.cause, env);
  const { code } = data;
  return new ActionableError(code, {
    says: code === 'FORBIDDEN' ? refusal(data, env) : readable(error.message),
    fix: fixOf(data, env),
  });
}

/** Converts a failed response of a plain route, a problem document (RFC 9457). */
export function explainProblem(body: unknown, env: ServerEnv): ActionableError {
  const problem = Problem.safeParse(body).data;
  if (problem === undefined) return withoutCode(undefined, env);
  return new ActionableError(problem.code, { says: problem.title, fix: fixOf(problem, env) });
}

/** Converts the error of a call without a usable response. */
export function withoutCode(cause: Error | undefined, { LATCHKEY_URL: url }: ServerEnv): ActionableError {
  // `fetch` rejects with a TypeError if there is no response, and with the reason of its signal after the timeout.
  if (cause instanceof TypeError || cause?.name === 'TimeoutError') {
    return new ActionableError('SERVER_UNREACHABLE', {
      says: `No server answers at ${url}: ${reasonOf(cause)}.`,
      fix: 'Start it, or set LATCHKEY_URL to its address.',
    });
  }
  return new ActionableError('SERVER_FOREIGN', {
    says: `The program at ${url} is not Latchkey's server.`,
    fix: "Set LATCHKEY_URL to the server's own address, without a path; if it is, check the proxy in front of it.",
  });
}

/** The server reports invalid input as the JSON of zod's issues. */
function readable(message: string): string {
  const issues = z
    .array(z.looseObject({ path: z.array(z.string()), message: z.string() }))
    .safeParse(parseJson(message));
  return issues.data?.map(({ path, message: what }) => `${path.join('.')}: ${what}`).join('\n') ?? message;
}

function refusal({ denied }: ErrorData, { LOGTO_M2M_APP_ID: app }: ServerEnv): string {
  return `The application ${app} cannot do this${denied === undefined ? '' : `: it lacks ${denied.permission}`}.`;
}

function fixOf({ code, requestId }: Pick<ErrorData, 'code' | 'requestId'>, env: ServerEnv): string {
  switch (code) {
    case 'FORBIDDEN':
      return `Give it a role: latchkey grant ${userKey(env.LOGTO_M2M_APP_ID)} admin`;
    case 'TOKEN_AUDIENCE':
      return `Set LOGTO_API_RESOURCE to the server's value; here it is ${env.LOGTO_API_RESOURCE}.`;
    case 'TOKEN_ISSUER':
    case 'TOKEN_KEY_UNKNOWN':
    case 'TOKEN_SIGNATURE':
      return `Set LOGTO_ENDPOINT to the server's value; here it is ${env.LOGTO_ENDPOINT}.`;
    case 'AUTHENTICATION_UNAVAILABLE':
      return 'The server cannot reach Logto or its database. Find the cause with "latchkey doctor", then try again.';
    case 'AUTHORIZATION_UNAVAILABLE':
      return 'The server cannot reach the PDP. Find the cause with "latchkey doctor", then try again.';
    case 'DIRECTORY_UNAVAILABLE':
      return 'Find the cause with "latchkey doctor", then try again.';
    case 'SYNC_NOT_CONFIGURED':
      return 'Set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET for the server, too.';
    case 'INPUT_INVALID':
      return 'Correct this argument or option: --help describes it.';
    case 'NOT_FOUND':
    case 'REVIEW_NOT_FOUND':
      return 'Check the id: "latchkey sync deliveries" and "latchkey review status" list them.';
    default:
      return requestId === null ? `Its code is ${code}.` : `The server's log has more: request ${requestId}.`;
  }
}
