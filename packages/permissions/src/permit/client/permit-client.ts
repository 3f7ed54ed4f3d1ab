import { setTimeout as sleep } from 'node:timers/promises';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod/v4';
import { assertConnection, retryAfterOf, type HttpCall, type HttpResponse } from './http-client.ts';
import { createTelemetry } from '../telemetry.ts';
import { PermitApiError } from '../../core/errors.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createSdkTransport, resolveOnce } from './sdk-transport.ts';
import type { CallKind, Limits, TokenBuckets } from './token-bucket.ts';

/** Connection options for Permit's REST API. */
export interface PermitManagementOptions {
  /** The base URL of Permit's REST API: `https://api.permit.io`, another region, or the emulator. */
  readonly apiUrl: string;
  /** A Permit environment API key. */
  readonly apiKey: string;
  /** The deadline of one call in milliseconds, after which it is aborted. Default: 10,000. */
  readonly deadline?: number;
}

/** Options of `createPermitClient`. */
export interface PermitClientOptions extends PermitManagementOptions {
  /**
   * The maximum number of calls per minute, by kind. With limits, a call waits for its turn, and after a 429 for as
   * long as Permit asks. By default there are none: a call is sent immediately, and fails if Permit asks for a wait
   * beyond `deadline`.
   */
  readonly limits?: Limits;
  /** Token buckets that all clients of the environment share. Default: buckets for this client only. */
  readonly buckets?: TokenBuckets;
  /** Makes calls reject that wait for their turn, which may take minutes. Default: none. */
  readonly signal?: AbortSignal;
}

/**
 * A client of Permit's REST API v2, for one environment, which paths omit: `/facts/users?page=1`, `/schema/roles`; see
 * `permitPath`. Retries a call only after a 429, up to eight times, each time after the wait that Permit asks for
 * (`Retry-After`, up to 60 seconds). Every method rejects with `PermitApiError`, or with the reason of an aborted
 * signal.
 */
export interface PermitClient {
  /** Returns the id of the API key's environment. */
  environment(): Promise<string>;
  /** Reads one object; resolves to `undefined` when Permit does not have it. */
  find<Value>(path: string, shape: Shape<Value>): Promise<Value | undefined>;
  /** Reads a list in pages of 100. */
  pages<Item>(path: string, item: Shape<Item>, signal?: AbortSignal): AsyncGenerator<Item[], void>;
  /** Reads all pages of a list. */
  list<Item>(path: string, item: Shape<Item>): Promise<Item[]>;
  /** Resolves to `true` when Permit accepts the change, and to `false` for the status `unless`. */
  change(method: ChangeMethod, path: string, options?: ChangeOptions): Promise<boolean>;
}

/** Any Standard Schema, for example from zod. */
type Shape<Value> = StandardSchemaV1<unknown, Value>;

type ChangeMethod = Exclude<HttpCall['method'], 'GET'>;

interface ChangeOptions {
  /** The body of the request, sent as JSON. */
  readonly body?: unknown;
  /** A status that is not an error: 404 when the object may already be gone, or 409 when it may already exist. */
  readonly unless?: 404 | 409;
}

/** The maximum that Permit allows. */
export const pageSize = 100;
/** After a 429. */
const maxRetries = 8;
/** Milliseconds, after a 429 without `Retry-After`. */
const defaultRetryAfter = 2_000;

const Scope = z.object({ project_id: z.string().nullish(), environment_id: z.string().nullish() });
const Issue = z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() });
/** Parses the error's message. A 422 for invalid input has a list of issues instead. */
const Refusal = z.union([
  z.object({ message: z.string().min(1) }).transform(({ message }) => message),
  z
    .object({ detail: z.tuple([Issue], z.unknown()) })
    .transform(({ detail: [{ loc, msg }] }) => `${loc.join('.')}: ${msg}`),
]);

/**
 * Creates a client of Permit's REST API on the HTTP client of Permit's SDK. The SDK's own methods have no deadline that
 * aborts the request (a call that has timed out may still take effect), hide `Retry-After`, and do not cover all
 * endpoints.
 *
 * ```ts
 * const client = createPermitClient({ apiUrl: 'https://api.permit.io', apiKey });
 * const roles = await client.list('/schema/roles', z.object({ key: z.string() }));
 * ```
 */
export function createPermitClient({
  apiUrl,
  apiKey,
  deadline = 10_000,
  limits,
  buckets,
  signal: stopping,
}: PermitClientOptions): PermitClient {
  assertConnection('apiUrl', apiUrl, apiKey);
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const transport = createSdkTransport({ apiUrl, apiKey, deadline });
  const telemetry = createTelemetry();
  const limiter = limits && createRateLimiter(limits, buckets && { buckets });

  const send = async ({ name, ...call }: Call): Promise<HttpResponse> => {
    // `.` and `..` would be the path of another object, and Permit has no such key.
    if (/^[^?]*\/\.{1,2}(?:[/?]|$)/.test(call.path))
      return { status: 404, text: () => '', header: () => undefined };
    const request = await transport();
    try {
      return await request({ headers: { ...headers, ...telemetry.headers() }, ...call });
    } catch (cause) {
      call.signal?.throwIfAborted();
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `Permit did not answer ${name} at ${apiUrl}: ${reason}`;
      throw new PermitApiError(message, { permitStatus: undefined, cause });
    }
  };

  /** Sends a call again after a 429. Resolves to a response below 300 or with the status `unless`. */
  const untilAccepted = async (call: Call, unless?: number): Promise<HttpResponse> => {
    const endsAt = limiter === undefined ? performance.now() + deadline : Infinity;
    const kind = kindOf(call);
    for (let retriesLeft = maxRetries; ; retriesLeft--) {
      /* oxlint-disable no-await-in-loop -- one attempt at a time */
      await limiter?.take(kind, eitherOf(call.signal, stopping));
      const response = await send(call);
      if (response.status < 300) limiter?.speedUp(kind);
      if (response.status < 300 || response.status === unless) return response;
      const retryAfter = retryAfterOf(response.header('retry-after'));
      const wait = retryAfter ?? defaultRetryAfter;
      if (response.status !== 429 || retriesLeft === 0 || performance.now() + wait >= endsAt)
        throw refusalOf(call, response, retryAfter);
      const signal = eitherOf(call.signal, stopping);
      if (limiter === undefined)
        await sleep(wait, undefined, { signal }).catch(() => signal?.throwIfAborted());
      else limiter.slowDown(kind, wait);
      /* oxlint-enable no-await-in-loop */
    }
  };

  const exchange = (call: Call, unless?: number): Promise<HttpResponse> =>
    telemetry.span(spanNameOf(call), () => untilAccepted(call, unless));

  const scopeOfKey = resolveOnce(async () => {
    const call: Call = { method: 'GET', path: '/v2/api-key/scope', name: 'GET /v2/api-key/scope' };
    const scoped = await parse(Scope, call, jsonOf(await exchange(call)));
    const { project_id: project, environment_id: environment } = scoped;
    if (environment == null || project == null) {
      const level = project == null ? 'organization' : 'project';
      const message = `The API key is of the ${level}'s level, not of an environment`;
      throw new PermitApiError(message, { permitStatus: undefined, retryable: false });
    }
    return { environment, base: `/${encodeURIComponent(project)}/${encodeURIComponent(environment)}` };
  });

  const callOf = async (
    method: HttpCall['method'],
    path: string,
    options: Pick<Call, 'body' | 'signal'> = {},
  ): Promise<Call> => {
    const { base } = await scopeOfKey();
    const [, area = '', rest = ''] = /^\/(\w+)(.*)$/.exec(path) ?? [];
    const name = `${method} /v2/${area}/…${rest.split('?')[0]}`;
    return { method, path: `/v2/${area}${base}${rest}`, name, ...options };
  };
  async function* pages<Item>(path: string, item: Shape<Item>, signal?: AbortSignal) {
    const first = `${path}${path.includes('?') ? '&' : '?'}per_page=${pageSize}`;
    for (let page = 1; ; page++) {
      /* oxlint-disable no-await-in-loop -- only a short page indicates the end */
      const call = await callOf('GET', `${first}&page=${page}`, { signal });
      const found = await parse(List, call, jsonOf(await exchange(call)));
      const items: Item[] = [];
      for (const one of found) items.push(await parse(item, call, one));
      /* oxlint-enable no-await-in-loop */
      yield items;
      if (items.length < pageSize) return;
    }
  }

  return {
    environment: async () => (await scopeOfKey()).environment,
    async find(path, shape) {
      const call = await callOf('GET', path);
      const response = await exchange(call, 404);
      return response.status === 404 ? undefined : parse(shape, call, jsonOf(response));
    },
    pages,
    async list<Item>(path: string, item: Shape<Item>) {
      const all: Item[] = [];
      for await (const found of pages(path, item)) all.push(...found);
      return all;
    },
    async change(method, path, { body, unless } = {}) {
      const call = await callOf(method, path, {
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return (await exchange(call, unless)).status !== unless;
    },
  };
}

/**
 * Template tag that encodes the keys in a path: permitPath`/facts/users/${key}`.
 * @throws {PermitApiError} 404 for a key with a lone surrogate, which no URL can contain.
 */
export function permitPath(parts: TemplateStringsArray, ...keys: readonly string[]): string {
  const impossible = keys.find((key) => !key.isWellFormed());
  if (impossible !== undefined) {
    const failure = { permitStatus: 404, isAboutFacts: true };
    throw new PermitApiError(`Permit has no key ${JSON.stringify(impossible)}`, failure);
  }
  return String.raw({ raw: parts }, ...keys.map(encodeURIComponent));
}

interface Call extends Omit<HttpCall, 'headers'> {
  /** For error messages: the method, and the path without the project and the environment. */
  readonly name: string;
}

/** Without keys: `permit GET facts/users`. */
function spanNameOf({ name }: Call): string {
  return `permit ${name.replace(/\/v2\/([\w-]+)\/(?:…\/)?(\w+).*/, '$1/$2')}`;
}

/** Some endpoints return a plain array, others an object with `data` and a count. */
const List = z.preprocess(
  (body) => (typeof body === 'object' && body !== null && 'data' in body ? body.data : body),
  z.array(z.unknown()),
);

const bulkPath = /\/facts\/…\/(?:bulk\/|(?:role_assignments|relationship_tuples)\/bulk$)/;

function kindOf({ method, name }: Call): CallKind {
  if (method === 'GET') return 'read';
  if (bulkPath.test(name)) return 'bulk';
  return method === 'DELETE' ? 'delete' : 'write';
}

function eitherOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other]);
}

const meanings: Readonly<Record<number, string>> = {
  401: 'the API key is not valid',
  403: 'the API key cannot do this',
  429: 'too many calls',
};

function refusalOf(
  { name, path }: Call,
  response: HttpResponse,
  retryAfter: number | undefined,
): PermitApiError {
  const { status } = response;
  const [meaning, message] = [meanings[status], Refusal.safeParse(jsonOf(response)).data];
  const reason =
    meaning === undefined
      ? (message ?? `HTTP ${status}`)
      : `${meaning} (${message === undefined ? status : `${status}: ${message}`})`;
  const isAboutFacts = path.startsWith('/v2/facts/');
  return new PermitApiError(`Permit refused ${name}: ${reason}`, {
    permitStatus: status,
    retryAfter,
    isAboutFacts,
  });
}

/** A response that is not JSON (for example truncated) is retryable, one of another shape is not. */
async function parse<Value>(shape: Shape<Value>, { name }: Call, value: unknown): Promise<Value> {
  const parsed = await shape['~standard'].validate(value);
  if (parsed.issues === undefined) return parsed.value;
  const where = parsed.issues
    .map(({ path = [], message }) => [...path.map(keyOf), message].join(' '))
    .join('; ');
  const status = value === undefined ? undefined : 200;
  throw new PermitApiError(`Permit's answer to ${name} is not valid: ${where}`, { permitStatus: status });
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}

function jsonOf(response: HttpResponse): unknown {
  const text = response.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
