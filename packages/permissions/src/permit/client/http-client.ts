import { addAbortListener } from 'node:events';
import * as undici from 'undici';
import type { Dispatcher } from 'undici';

/** One request to send with the result of `createHttpClient`. */
export interface HttpCall {
  /** The HTTP method. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path, relative to the base URL. */
  readonly path: string;
  /** Header values by name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the request. Default: none. */
  readonly body?: string | undefined;
  /** A signal that aborts the request. Default: only the deadline does. */
  readonly signal?: AbortSignal | undefined;
}

/** A complete response. */
export interface HttpResponse {
  /** The HTTP status. */
  readonly status: number;
  /** Returns the body as text. Decodes it at each call. */
  readonly text: () => string;
  /** Returns the value of a header, by its lower-case name; `undefined` when the header is absent. */
  header(name: string): string | undefined;
}

/** The maximum number of keep-alive connections to one server. */
const connections = 32;

/**
 * Creates a function that calls one server over keep-alive connections. Each call is aborted after `deadline`
 * milliseconds. A call rejects when there is no response, or with the signal's reason when the signal aborts it. With a
 * hundred thousand users, `fetch` would take three times as long, and its abort signals would use as much memory as the
 * users.
 * @throws {TypeError} with undici 6 or earlier
 */
export function createHttpClient(url: string, deadline: number): (call: HttpCall) => Promise<HttpResponse> {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  // undici 7 introduced `cacheStores` together with the handlers that `complete` needs.
  if (!('cacheStores' in undici))
    throw new TypeError('createHttpClient needs undici 7 or later: npm install undici@latest');
  const pool = new undici.Pool(origin, { connections, connect: { timeout: deadline } });
  return ({ method, path, headers, body, signal }) =>
    complete({ deadline, signal }, (handler) => {
      pool.dispatch({ method, path: `${base}${path}`, headers, body: body ?? null }, handler);
    });
}

/**
 * Sends the request with `dispatch` and resolves to the complete response. Aborts the request at the deadline, or when
 * the signal aborts. Does not use undici's `body.text()`, which retains the bodies of past responses until a full
 * garbage collection: with 100,000 users, 50 MiB of strings and 50 MiB of buffers.
 */
function complete(
  { deadline, signal }: { readonly deadline: number; readonly signal: AbortSignal | undefined },
  dispatch: (handler: Dispatcher.DispatchHandler) => void,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const chunks: Buffer[] = [];
  let head: Omit<HttpResponse, 'text'>;
  let controller: Dispatcher.DispatchController | undefined;
  let stopped: Error | undefined;
  const stop = (reason: Error): void => {
    stopped = reason;
    controller?.abort(reason);
    end();
    reject(reason);
  };
  const abort = (): void => stop(signal?.reason);
  const timer = setTimeout(() => stop(new Error(`no answer within ${deadline} ms`)), deadline);
  const end = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  signal?.addEventListener('abort', abort);
  if (signal?.aborted === true) abort();
  dispatch({
    onRequestStart(started) {
      controller = started;
      if (stopped !== undefined) started.abort(stopped);
    },
    onResponseStart(_controller, status, headers) {
      const header = (name: string): string | undefined => [headers[name]].flat()[0];
      head = { status, header };
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      end();
      resolve({ ...head, text: () => Buffer.concat(chunks).toString() });
    },
    onResponseError(_controller, error) {
      end();
      reject(error);
    },
  });
  return promise;
}

/** Waits for a promise that others may share. When the signal aborts, or already has, rejects with its reason. */
export async function unlessAborted<Result>(
  shared: Promise<Result> | Result,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return shared;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  using _ = addAbortListener(signal, () => reject(signal.reason));
  return await Promise.race([shared, aborted]);
}

/** The maximum wait in milliseconds, even if the header asks for a longer one. */
const maxRetryAfter = 60_000;

/**
 * Parses a `Retry-After` header (seconds or an HTTP date; RFC 9110, section 10.2.3) to milliseconds, at most 60,000.
 * Returns `undefined` when the header is absent or invalid.
 */
export function retryAfterOf(header: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  const wait = /^\d+$/.test(header)
    ? Number(header) * 1000
    : header.endsWith(' GMT')
      ? Date.parse(header) - Date.now()
      : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), maxRetryAfter);
}

/**
 * Checks the options of a connection when it is created, because with a wrong option every call would look like an
 * outage.
 * @throws {TypeError} for an address that is not an HTTP URL, or an empty API key
 */
export function assertConnection(name: 'url' | 'apiUrl', address: string, apiKey: unknown): void {
  assertAddress(name, address);
  if (typeof apiKey !== 'string' || apiKey === '')
    throw new TypeError("`apiKey` is empty: set it to the key of your environment, from Permit's settings.");
}

/**
 * Checks only the address.
 * @throws {TypeError} if it is not an HTTP URL
 */
export function assertAddress(name: 'url' | 'apiUrl', address: string): void {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new TypeError(
      `\`${name}\` is not an HTTP address with a scheme, such as http://localhost:7766: ${JSON.stringify(address)}.`,
    );
}
