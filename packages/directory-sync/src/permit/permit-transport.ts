import { PermitApiError, type PermitManagementOptions } from '@latchkey/permissions/permit';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createHttpClient, type HttpCall } from '../http/http-client.ts';
import type { HttpResponse } from '../http/read-response.ts';
import type { CallKind } from '../apply/limits.ts';
import type { RateLimiter } from '../apply/rate-limiter.ts';

interface PermitCall {
  readonly method: HttpCall['method'];
  /** Below `/v2/facts/{project}/{environment}`. */
  readonly path: string;
  readonly kind: CallKind;
  readonly body?: unknown;
}

export interface PermitChange extends PermitCall {
  readonly method: Exclude<HttpCall['method'], 'GET'>;
}

interface GetOptions<Answer extends z.ZodType> {
  readonly answer: Answer;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every call is paced, with a deadline, tried again after 429 as Permit asks. What else fails is the caller's to try again.
 * @throws {PermitApiError}
 */
export interface PermitTransport {
  get<Answer extends z.ZodType>(path: string, options: GetOptions<Answer>): Promise<z.output<Answer>>;
  /** That Permit took it is all there is to know: a bulk call's answer is not even decoded. */
  change(change: PermitChange): Promise<void>;
}

const Scope = z.object({ project_id: z.string(), environment_id: z.string() });
const Refusal = z.object({ message: z.string() });

/** How often one call is tried again because of 429, and what is waited when Permit does not say. */
const patience = { times: 8, milliseconds: 2_000 };

/**
 * Permit's facts API over plain HTTP. The SDK has no deadline that ends the request (what was given up may still be done,
 * later), hides `retry-after`, and does not answer what was created; sync needs all three.
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
    const what = `${method} ${path.split('?')[0]}`;
    try {
      const text = body === undefined ? undefined : JSON.stringify(body);
      return { what, ...(await request({ method, path, headers, body: text, signal })) };
    } catch (cause) {
      signal?.throwIfAborted();
      throw new PermitApiError(`Permit did not answer ${what}.`, { status: undefined, cause });
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
    for (let left = patience.times; ; left--) {
      /* oxlint-disable no-await-in-loop -- each try follows the one before */
      await limiter.take(kind, signal);
      const answer = await send(method, `${await base()}${path}`, { body, signal });
      if (answer.status !== 429 || left === 0) {
        if (answer.status < 300) limiter.speedUp(kind);
        return accepted(answer);
      }
      const wait = retryAfter(answer.header('retry-after')) ?? patience.milliseconds;
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
  /** The call that it answers. */
  readonly what: string;
}

function accepted(answer: Answer): Answer {
  if (answer.status < 300) return answer;
  const { what, status } = answer;
  const reason = Refusal.safeParse(json(answer.text())).data?.message ?? `HTTP ${status}`;
  throw new PermitApiError(`Permit refused ${what}: ${reason}`, { status, cause: undefined });
}

function read<Body extends z.ZodType>(schema: Body, { what, text }: Answer): z.output<Body> {
  const parsed = schema.safeParse(json(text()));
  if (parsed.success) return parsed.data;
  // A cut or foreign answer says nothing of whether the call was done: as no answer at all, to be tried again.
  throw new PermitApiError(`Permit's answer to ${what} makes no sense.`, {
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

/** Milliseconds out of `retry-after`, which is in seconds or a date. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.min(Math.max(milliseconds, 0), 600_000);
}
