import { PermitApiError, type PermitManagementOptions } from '@latchkey/permissions/permit';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createHttpClient, type HttpAnswer, type HttpCall } from '../http/http-client.ts';
import type { CallKind, RateLimiter } from '../apply/rate-limiter.ts';

export interface PermitCall<Body extends z.ZodType> {
  readonly method: HttpCall['method'];
  /** Below `/v2/facts/{project}/{environment}`. */
  readonly path: string;
  readonly kind: CallKind;
  readonly body?: unknown;
  readonly answer: Body;
}

export interface PermitTransport {
  /**
   * Paced, with a deadline, tried again after 429 as Permit asks. What else fails is the caller's to try again.
   * @throws {PermitApiError}
   */
  call<Body extends z.ZodType>(call: PermitCall<Body>, signal?: AbortSignal): Promise<z.output<Body>>;
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
  ): Promise<HttpAnswer & { readonly what: string }> => {
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
        const { project_id, environment_id } = read(Scope, answer);
        return `/v2/facts/${encodeURIComponent(project_id)}/${encodeURIComponent(environment_id)}`;
      })
      .catch((error: unknown) => {
        scope = undefined;
        throw error;
      }));

  return {
    async call({ method, path, kind, body, answer: schema }, signal) {
      for (let left = patience.times; ; left--) {
        /* oxlint-disable no-await-in-loop -- each try follows the one before */
        await limiter.take(kind, signal);
        const answer = await send(method, `${await base()}${path}`, { body, signal });
        if (answer.status !== 429 || left === 0) {
          if (answer.status < 300) limiter.speedUp(kind);
          return read(schema, answer);
        }
        const wait = retryAfter(answer.header('retry-after')) ?? patience.milliseconds;
        limiter.slowDown(kind, wait);
        await sleep(0);
        /* oxlint-enable no-await-in-loop */
      }
    },
  };
}

interface Answer {
  readonly what: string;
  readonly status: number;
  readonly text: string;
}

function read<Body extends z.ZodType>(schema: Body, { what, status, text }: Answer): z.output<Body> {
  const body = json(text);
  if (status >= 300) {
    const reason = Refusal.safeParse(body).data?.message ?? `HTTP ${status}`;
    throw new PermitApiError(`Permit refused ${what}: ${reason}`, { status, cause: undefined });
  }
  const parsed = schema.safeParse(body);
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
