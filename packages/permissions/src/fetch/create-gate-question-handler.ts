import {
  answerPrepared,
  preparePermission,
  problem,
  type PreparedQuestion,
} from '../trpc/answer-prepared.ts';
import {
  unreadablePath,
  type GateAnswer,
  type GateQuestion,
  gateQuestions,
  maxBodyBytes,
} from '../core/gate-question.ts';
import { permissionsOf } from '../core/grants.ts';
import type { Permissions, PolicyPermissions } from '../core/permissions.ts';
import type { PermissionOf, Policy, RoleOf } from '../core/policy.ts';
import { problemResponse } from './problem-response.ts';

/** Options of `createGateQuestionHandler`. */
export interface GateQuestionHandlerOptions<P extends Policy> {
  /** The policy whose permissions the browser can ask about. */
  readonly policy: P;
  /**
   * Returns the permissions of the request's user, created by `createPermissions` from verified claims, or the response
   * for a user who is not signed in. Called before the body is read. The handler rethrows its errors.
   */
  readonly getPermissions: (
    request: Request,
  ) =>
    | Promise<PolicyPermissions<P> | Permissions<PermissionOf<P>, RoleOf<P>> | Response>
    | PolicyPermissions<P>
    | Permissions<PermissionOf<P>, RoleOf<P>>
    | Response;
}

/**
 * Answers a browser's gate questions without tRPC, from a Web `Request` to a `Response`: in a Next.js route handler
 * (`export const POST = createGateQuestionHandler(…)`), in Hono (`app.post('/gates', ({ req }) => handler(req.raw))`)
 * or similar. In the browser, use `createFetchAsk` of `./react`.
 *
 * Questions about procedures get the problem `unknown_procedure`. An invalid body gets a problem document (RFC 9457):
 * 400, 405, 413 or 415. The content type must be JSON, so that another site cannot send a request with the user's
 * cookies.
 */
export function createGateQuestionHandler<P extends Policy>({
  policy,
  getPermissions,
}: GateQuestionHandlerOptions<P>): (request: Request) => Promise<Response> {
  const read = gateQuestions(policy);
  const known = new Set<string>(permissionsOf(policy));

  return async (request) => {
    if (request.method !== 'POST') {
      return problemResponse({ status: 405, code: 'METHOD_NOT_ALLOWED', title: 'Send a POST.' });
    }
    if (request.headers.get('content-type')?.toLowerCase().startsWith('application/json') !== true) {
      return problemResponse({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', title: 'Send JSON.' });
    }
    const permissions = await getPermissions(request);
    if (permissions instanceof Response) return permissions;
    const text = await readText(request);
    if (text === undefined) {
      const title = `Send at most ${maxBodyBytes} bytes.`;
      return problemResponse({ status: 413, code: 'REQUEST_TOO_LARGE', title });
    }
    let questions: GateQuestion<PermissionOf<P>>[];
    try {
      questions = read(JSON.parse(text));
    } catch {
      const title = 'Send a list of at most 200 questions.';
      return problemResponse({ status: 400, code: 'INPUT_INVALID', title });
    }
    const answers: GateAnswer<PermissionOf<P>, RoleOf<P>>[] = await answerPrepared(
      permissions,
      questions.map((question) => prepare(known, question)),
    );
    return Response.json(answers, { headers: { 'cache-control': 'no-store' } });
  };
}

function prepare<Permission extends string, Role extends string>(
  known: ReadonlySet<string>,
  question: GateQuestion<Permission>,
): PreparedQuestion<Permission, Role> {
  if ('path' in question)
    return problem(question.path === unreadablePath ? 'unreadable_input' : 'unknown_procedure');
  return preparePermission(known, question);
}

/** `undefined` for a body longer than `maxBodyBytes`. */
export async function readText(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) return undefined;
  const reader = request.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const chunk = await reader?.read(); // oxlint-disable-line no-await-in-loop -- one chunk after the other
    if (chunk === undefined || chunk.done) return text + decoder.decode();
    bytes += chunk.value.byteLength;
    if (bytes > maxBodyBytes) {
      await reader?.cancel(); // oxlint-disable-line no-await-in-loop -- the last one
      return undefined;
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}
