import type { Decider } from '../core/decision.ts';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { maxBodyBytes } from '../core/gate-question.ts';
import { ListNotPlannableError } from '../list/list-plan.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import { isRecord } from '../core/records.ts';
import { createCheckOf } from './check-of.ts';
import { createEvaluate, type AuthZenCaller } from './evaluate.ts';
import { InvalidRequestError, type Fields } from './read-request.ts';
import { createSearch, type AuthZenSearches } from './search.ts';

/** Options of both AuthZEN handlers. */
export interface AuthZenOptions<P extends Policy> extends AuthZenSearches<P> {
  /** The policy whose permissions callers can ask about. */
  readonly policy: P;
  readonly decider: Decider<PermissionOf<P>>;
  /**
   * The identifier of this PDP: its public base URL without a query, whose path prefixes `/access/v1` and ends the
   * path of the configuration. Default: the origin of the request.
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
  /** `undefined` for a body longer than `maxBodyBytes`. */
  readonly readText: () => Promise<string | undefined>;
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
  const checkOf = createCheckOf(policy);
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
    return search.offered.has(target)
      ? search.run(target, body, caller)
      : Promise.reject(new SearchNotOffered());
  };

  return async ({ method, path, origin, contentType, identify, readText }) => {
    if (path === `${wellKnown}${base}`) {
      if (method !== 'GET' && method !== 'HEAD') return methodNotAllowed('GET');
      const identifier = url ?? origin();
      if (!URL.canParse(identifier)) return problem([400, 'INPUT_INVALID'], 'The Host header is no host.');
      return answer(200, metadata(identifier), { 'cache-control': 'max-age=300' });
    }
    if (!path.startsWith(`${api}/`)) return undefined;
    const caller = await identify();
    if (caller === undefined) return undefined;
    if (method !== 'POST') return methodNotAllowed('POST');
    try {
      // Responds with 400, not 415, as the certification scenario requires.
      if (contentType?.toLowerCase().startsWith('application/json') !== true)
        throw new InvalidRequestError('Send the body as application/json.');
      const text = await readText();
      if (text === undefined)
        return problem([413, 'REQUEST_TOO_LARGE'], `Send at most ${maxBodyBytes} bytes.`);
      const answered = await run(path.slice(api.length + 1), readBody(text), caller);
      return answered === undefined
        ? problem([404, 'NOT_FOUND'], 'There is nothing here.')
        : answer(200, answered);
    } catch (error) {
      if (error instanceof InvalidRequestError) return problem([400, 'INPUT_INVALID'], error.message);
      if (error instanceof SearchNotOffered || error instanceof ListNotPlannableError)
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

class SearchNotOffered extends Error {}

function readBody(text: string): Fields {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (isRecord(body)) return body;
  throw new InvalidRequestError('Send a JSON object.');
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
