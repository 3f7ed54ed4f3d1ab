import { setTimeout as sleep } from 'node:timers/promises';
import {
  createHttpClient,
  retryAfterOf,
  type HttpCall,
  type HttpResponse,
} from '@latchkey/permissions/permit';
import { z } from 'zod';

export interface LogtoManagementOptions {
  /** `https://<tenant>.logto.app`, or the URL of a self-hosted Logto; without a trailing slash. */
  readonly endpoint: string;
  /** The id of a machine-to-machine application with the role "Logto Management API access". */
  readonly appId: string;
  readonly appSecret: string;
  /**
   * The resource indicator of the Management API: on Logto Cloud `https://<tenant>.logto.app/api`. Default:
   * `https://default.logto.app/api`, the indicator on a self-hosted Logto.
   */
  readonly resource?: string;
  /** Timeout of one call in milliseconds. Default: 10,000. */
  readonly deadline?: number;
}

/**
 * A Management API call failed. `status` is absent without a valid response; `retryable` after no response, 408, 429
 * and 5xx.
 */
export class LogtoApiError extends Error {
  override readonly name = 'LogtoApiError';
  readonly code = 'LOGTO_API_ERROR';
  readonly status: number | undefined;
  readonly retryable: boolean;
  /** Logto's error code, such as `connector.not_found`. */
  readonly refusal: string | undefined;
  constructor(
    message: string,
    {
      status,
      refusal,
      cause,
    }: { readonly status: number | undefined; readonly refusal?: string; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.status = status;
    this.refusal = refusal;
    this.retryable = status === undefined || status === 408 || status === 429 || status >= 500;
  }
}

/** Resolves to `undefined` after a 404 (or `status`): Logto does not have what the call is about. */
export async function unlessMissing<Answer>(
  call: Promise<Answer>,
  status = 404,
): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof LogtoApiError && error.status === status) return undefined;
    throw error;
  }
}

interface GetOptions<Answer extends z.ZodType> {
  readonly answer: Answer;
  /** Ends a background call, which is repeated after a 429. Without it, a user waits for the call. */
  readonly signal?: AbortSignal | undefined;
}

export interface LogtoTransport {
  /**
   * `total` is the length of the whole list (header `total-number`).
   * @throws {LogtoApiError}
   */
  get<Answer extends z.ZodType>(
    path: string,
    options: GetOptions<Answer>,
  ): Promise<{ readonly body: z.output<Answer>; readonly total: number | undefined }>;
  /**
   * Writes without retries, because the effect of a write without a response is unknown.
   * @throws {LogtoApiError}
   */
  send<Answer extends z.ZodType>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: { readonly body?: object; readonly answer: Answer },
  ): Promise<z.output<Answer>>;
}

/** After a 429: the number of retries, and the wait in milliseconds without `Retry-After`. */
const maxRetries = 8;
const defaultRetryAfter = 2_000;

const Token = z.object({ access_token: z.string().min(1), expires_in: z.number() });
const Refusal = z.object({ code: z.string() });

/** Authenticates with the client credentials grant (RFC 6749, section 4.4), again after a 401. */
export function createLogtoTransport({
  endpoint,
  appId,
  appSecret,
  resource = 'https://default.logto.app/api',
  deadline = 10_000,
}: LogtoManagementOptions): LogtoTransport {
  const call = createHttpClient(endpoint, deadline);
  const request = async (wanted: HttpCall): Promise<HttpResponse> => {
    try {
      return await call(wanted);
    } catch (cause) {
      wanted.signal?.throwIfAborted();
      throw new LogtoApiError(`Logto did not answer ${wanted.path.split('?')[0]}.`, {
        status: undefined,
        cause,
      });
    }
  };

  let token: { readonly value: Promise<string>; expiresAt: number } | undefined;
  const fetchToken = async (): Promise<{ value: string; lifetime: number }> => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: appSecret,
      resource,
      scope: 'all',
    });
    const answer = await request({
      method: 'POST',
      path: '/oidc/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    });
    const parsed = read('/oidc/token', Token, answer);
    return { value: parsed.access_token, lifetime: parsed.expires_in * 1000 };
  };
  /** One token for all calls, until half a minute before it expires. */
  const tokenOf = (): Promise<string> => {
    if (token === undefined || token.expiresAt < Date.now()) {
      const fresh = { value: Promise.resolve(''), expiresAt: Date.now() + deadline };
      const value = fetchToken().then(
        (fetched) => {
          fresh.expiresAt = Date.now() + fetched.lifetime - 30_000;
          return fetched.value;
        },
        (error: unknown) => {
          if (token === fresh) token = undefined;
          throw error;
        },
      );
      fresh.value = value;
      token = fresh;
    }
    return token.value;
  };

  const requestWithToken = async ({ path, headers, ...rest }: HttpCall): Promise<HttpResponse> => {
    // A proxy may resolve the ids `.` and `..`: the path of another object.
    if (/\/\.{1,2}(?:[/?]|$)/.test(path)) throw new LogtoApiError(`Logto has no ${path}.`, { status: 404 });
    const attempt = async (): Promise<HttpResponse> =>
      request({
        ...rest,
        path: `/api${path}`,
        headers: { ...headers, authorization: `Bearer ${await tokenOf()}` },
      });
    const first = attempt();
    const used = token;
    const answer = await first;
    if (answer.status !== 401) return answer;
    // Another call may have fetched a new token meanwhile.
    if (token === used) token = undefined;
    return attempt();
  };

  /** Waits as long as Logto asks, so that a refused page does not end a run over thousands of pages. */
  const patiently = async (call: HttpCall & { readonly signal: AbortSignal }): Promise<HttpResponse> => {
    /* oxlint-disable no-await-in-loop -- one attempt at a time */
    for (let retriesLeft = maxRetries; ; retriesLeft--) {
      const answer = await requestWithToken(call);
      if (answer.status !== 429 || retriesLeft === 0) return answer;
      const wait = retryAfterOf(answer.header('retry-after')) ?? defaultRetryAfter;
      await sleep(wait, undefined, { signal: call.signal }).catch(() => call.signal.throwIfAborted());
    }
    /* oxlint-enable no-await-in-loop */
  };

  return {
    async get(path, { answer: schema, signal }) {
      const call = { method: 'GET', path, headers: {} } as const;
      const answer = await (signal === undefined ? requestWithToken(call) : patiently({ ...call, signal }));
      const total = Number(answer.header('total-number') ?? Number.NaN);
      return { body: read(path, schema, answer), total: Number.isNaN(total) ? undefined : total };
    },
    async send(method, path, { body, answer: schema }) {
      const answer = await requestWithToken({
        method,
        path,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      return read(path, schema, answer);
    },
  };
}

function read<Answer extends z.ZodType>(
  path: string,
  schema: Answer,
  { status, text }: Pick<HttpResponse, 'status' | 'text'>,
): z.output<Answer> {
  let body: unknown;
  try {
    body = JSON.parse(text());
  } catch {
    body = undefined;
  }
  const where = path.split('?')[0];
  if (status >= 300) {
    const refusal = Refusal.safeParse(body).data?.code;
    throw new LogtoApiError(`Logto refused ${where}: ${refusal ?? `HTTP ${status}`}`, {
      status,
      ...(refusal === undefined ? {} : { refusal }),
    });
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new LogtoApiError(`Logto's answer to ${where} is not valid.`, {
    status: undefined,
    cause: parsed.error,
  });
}
