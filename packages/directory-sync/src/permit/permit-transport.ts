import { PermitApiError, retryAfterOf, type PermitManagementOptions } from '@latchkey/permissions/permit';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createHttpClient, type HttpCall } from '../http/http-client.ts';
import type { HttpResponse } from '../http/read-response.ts';
import type { CallKind } from '../apply/limits.ts';
import type { RateLimiter } from '../apply/rate-limiter.ts';

interface PermitCall {
  readonly method: HttpCall['method'];
  /** Relative to `/v2/facts/{project}/{environment}`. */
  readonly path: string;
  readonly kind: CallKind;
  readonly body?: unknown;
}

/** A write call. */
export interface PermitChange extends PermitCall {
  readonly method: Exclude<HttpCall['method'], 'GET'>;
}

interface GetOptions<Answer extends z.ZodType> {
  /** The schema of the response body. */
  readonly answer: Answer;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every call is rate limited and has a deadline. A 429 is retried at the time that Permit gives; retrying other
 * failures is up to the caller.
 * @throws {PermitApiError}
 */
export interface PermitTransport {
  get<Answer extends z.ZodType>(path: string, options: GetOptions<Answer>): Promise<z.output<Answer>>;
  /** Resolves when Permit has accepted the change. Does not decode the response body. */
  change(change: PermitChange): Promise<void>;
}

const Scope = z.object({ project_id: z.string(), environment_id: z.string() });
const Refusal = z.object({ message: z.string() });

/** Retries of one call after a 429. */
const maxRetries = 8;
/** Milliseconds to wait after a 429 without `retry-after`. */
const defaultRetryAfter = 2_000;

/**
 * Calls Permit's facts API over HTTP, rate limited. `deadline` is in milliseconds per call, default 10,000. The SDK is
 * not used because it has no deadline that aborts the request (a call that it gave up on may still take effect later),
 * hides `retry-after`, and does not return what was created; sync needs all three.
 */
export function createPermitTransport(
  { apiUrl, apiKey, deadline = 10_000 }: PermitManagementOptions,
  limiter: RateLimiter,
): PermitTransport {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };

  const request = createHttpClient(apiUrl, deadline);
  const send = async (
    method: HttpCall['method'],
    path: string,
    { body, signal }: { body?: unknown; signal?: AbortSignal | undefined },
  ): Promise<Answer> => {
    const callName = `${method} ${path.split('?')[0]}`;
    try {
      const text = body === undefined ? undefined : JSON.stringify(body);
      return { callName, ...(await request({ method, path, headers, body: text, signal })) };
    } catch (cause) {
      signal?.throwIfAborted();
      throw new PermitApiError(`Permit did not answer ${callName}.`, { status: undefined, cause });
    }
  };

  let scope: Promise<string> | undefined;
  const base = (): Promise<string> =>
    (scope ??= send('GET', '/v2/api-key/scope', {})
      .then((answer) => {
        const { project_id, environment_id } = read(Scope, accepted(answer));
        return `/v2/facts/${encodeURIComponent(project_id)}/${encodeURIComponent(environment_id)}`;
      })
      .catch((error: unknown) => {
        scope = undefined;
        throw error;
      }));

  const call = async ({ method, path, kind, body }: PermitCall, signal?: AbortSignal): Promise<Answer> => {
    for (let retriesLeft = maxRetries; ; retriesLeft--) {
      /* oxlint-disable no-await-in-loop -- one attempt at a time */
      await limiter.take(kind, signal);
      const answer = await send(method, `${await base()}${path}`, { body, signal });
      if (answer.status !== 429 || retriesLeft === 0) {
        if (answer.status < 300) limiter.speedUp(kind);
        return accepted(answer);
      }
      const wait = retryAfterOf(answer.header('retry-after')) ?? defaultRetryAfter;
      limiter.slowDown(kind, wait);
      await sleep(0);
      /* oxlint-enable no-await-in-loop */
    }
  };

  return {
    get: async (path, { answer, signal }) =>
      read(answer, await call({ method: 'GET', path, kind: 'read' }, signal)),
    change: async (change) => void (await call(change)),
  };
}

interface Answer extends HttpResponse {
  /** Method and path of the call, for error messages. */
  readonly callName: string;
}

function accepted(answer: Answer): Answer {
  if (answer.status < 300) return answer;
  const { callName, status } = answer;
  const reason = Refusal.safeParse(json(answer.text())).data?.message ?? `HTTP ${status}`;
  throw new PermitApiError(`Permit refused ${callName}: ${reason}`, { status, cause: undefined });
}

function read<Body extends z.ZodType>(schema: Body, { callName, text }: Answer): z.output<Body> {
  const parsed = schema.safeParse(json(text()));
  if (parsed.success) return parsed.data;
  // A truncated or invalid response does not show whether the call took effect. Like a missing response, it may be
  // retried.
  throw new PermitApiError(`Permit's answer to ${callName} is not valid.`, {
    status: undefined,
    cause: parsed.error,
  });
}

function json(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
