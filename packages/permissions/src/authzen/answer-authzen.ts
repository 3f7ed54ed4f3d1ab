import type { Decider } from '../core/decision.ts';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { maxBodyBytes } from '../core/gate-question.ts';
import { isTooDeep } from '../core/json-depth.ts';
import { ListNotPlannableError } from '../list/list-plan.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import { isRecord } from '../core/records.ts';
import { createCheckOf, type SubjectOptions } from './check-of.ts';
import { createEvaluate, type AuthZenCaller } from './evaluate.ts';
import { InvalidRequestError, type Fields } from './read-request.ts';
import { createSearch, SearchNotOfferedError, type AuthZenSearches } from './search.ts';

/** Options of both AuthZEN handlers. */
export interface AuthZenOptions<P extends Policy> extends AuthZenSearches<P>, SubjectOptions {
  /** The policy whose permissions callers can ask about. */
  readonly policy: P;
  readonly decider: Decider<PermissionOf<P>>;
  /**
   * The identifier of this PDP: its public base URL without a query, whose path prefixes `/access/v1` and ends the
   * path of the configuration. Default: the origin of the request, whose configuration must then not be cached, because
   * the caller chooses the origin.
   */
  readonly url?: string | undefined;
}

export interface AuthZenRequest {
  readonly method: string;
  readonly path: string;
  readonly origin: () => string;
  readonly contentType: string | undefined;
  /** Called before the body is read. `undefined` when the adapter refuses the request itself. */
  readonly identify: () => Promise<AuthZenCaller | undefined>;
  /** The text of the body, or what a body parser has made of it; `undefined` when it is longer than `maxBodyBytes`. */
  readonly readBody: () => Promise<unknown>;
}

export interface AuthZenAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const wellKnown = '/.well-known/authzen-configuration';

/**
 * Implements the HTTPS binding of AuthZEN's Authorization API 1.0 (section 10). Returns `undefined` for any other path
 * and when `identify` does, and rethrows unknown errors.
 */
export function createAuthZen<P extends Policy>(
  options: AuthZenOptions<P>,
): (request: AuthZenRequest) => Promise<AuthZenAnswer | undefined> {
  const { policy, decider, url } = options;
  const base = url === undefined ? '' : new URL(url).pathname.replace(/\/$/, '');
  const api = `${base}/access/v1`;
  const checkOf = createCheckOf(policy, options);
  const evaluate = createEvaluate(decider, checkOf);
  const search = createSearch(options, checkOf);

  const metadata = (identifier: string): Fields => {
    const endpoint = (path: string): string => `${new URL(identifier).origin}${api}/${path}`;
    return {
      policy_decision_point: identifier,
      access_evaluation_endpoint: endpoint('evaluation'),
      access_evaluations_endpoint: endpoint('evaluations'),
      ...Object.fromEntries(
        [...search.offered].map((target) => [`search_${target}_endpoint`, endpoint(`search/${target}`)]),
      ),
    };
  };
  const run = (path: string, body: Fields, caller: AuthZenCaller): Promise<unknown> | undefined => {
    if (path === 'evaluation') return evaluate.one(body, caller);
    if (path === 'evaluations') return evaluate.many(body, caller);
    const target = (['subject', 'resource', 'action'] as const).find((one) => path === `search/${one}`);
    if (target === undefined) return undefined;
    return search.run(target, body, caller);
  };

  return async ({ method, path, origin, contentType, identify, readBody }) => {
    if (path === `${wellKnown}${base}`) {
      if (method !== 'GET' && method !== 'HEAD') return methodNotAllowed('GET');
      if (url !== undefined) return answer(200, metadata(url), { 'cache-control': 'max-age=300' });
      const identifier = origin();
      if (!isOrigin(identifier)) return problem([400, 'INPUT_INVALID'], 'The Host header is no host.');
      return answer(200, metadata(identifier));
    }
    if (!path.startsWith(`${api}/`)) return undefined;
    const caller = await identify();
    if (caller === undefined) return undefined;
    if (method !== 'POST') return methodNotAllowed('POST');
    try {
      // Responds with 400, not 415, as the certification scenario requires.
      if (contentType?.toLowerCase().startsWith('application/json') !== true)
        throw new InvalidRequestError('Send the body as application/json.');
      const body = await readBody();
      if (body === undefined)
        return problem([413, 'REQUEST_TOO_LARGE'], `Send at most ${maxBodyBytes} bytes.`);
      const answered = await run(path.slice(api.length + 1), fieldsOf(body), caller);
      return answered === undefined
        ? problem([404, 'NOT_FOUND'], 'There is nothing here.')
        : answer(200, answered);
    } catch (error) {
      if (error instanceof InvalidRequestError) return problem([400, 'INPUT_INVALID'], error.message);
      if (error instanceof SearchNotOfferedError || error instanceof ListNotPlannableError)
        return problem(
          [501, 'SEARCH_NOT_SUPPORTED'],
          'This search cannot be answered: ask for evaluations instead.',
        );
      if (error instanceof AuthorizationUnavailableError)
        return problem([error.status, error.code], error.message, error.headers);
      throw error;
    }
  };
}

/** Whether a `Host` header added nothing but a host and a port: no user, path or query. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\/[^/?#@\\]+$/.test(text);
}

function fieldsOf(body: unknown): Fields {
  let fields: unknown;
  try {
    fields = typeof body === 'string' ? JSON.parse(body) : body;
  } catch {
    // Refused below.
  }
  if (!isRecord(fields)) throw new InvalidRequestError('Send a JSON object.');
  if (isTooDeep(fields)) throw new InvalidRequestError('The JSON is nested too deeply.');
  return fields;
}

function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): AuthZenAnswer {
  const always = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, body: JSON.stringify(body), headers: { ...always, ...headers } };
}

function problem(
  [status, code]: readonly [status: number, code: string],
  title: string,
  headers: Readonly<Record<string, string>> = {},
): AuthZenAnswer {
  return answer(status, { title, status, code }, { 'content-type': 'application/problem+json', ...headers });
}

function methodNotAllowed(allow: string): AuthZenAnswer {
  return problem([405, 'METHOD_NOT_ALLOWED'], `Send a ${allow}.`, { allow });
}
