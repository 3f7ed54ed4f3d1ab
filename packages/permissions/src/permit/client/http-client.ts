import { addAbortListener } from 'node:events';
import * as undici from 'undici';
import type { Dispatcher } from 'undici';

export interface HttpCall {
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

export interface HttpResponse {
  readonly status: number;
  /** Returns the body as text. Decodes it at each call. */
  readonly text: () => string;
  /** Returns the value of a header, by its lower-case name; `undefined` when the header is absent. */
  header(name: string): string | undefined;
}

const connections = 32;

/**
 * Creates a function that calls one server over keep-alive connections. A call is aborted after `deadline`
 * milliseconds; it rejects without a response, or with the reason of an aborted signal. With a hundred thousand users,
 * `fetch` would take three times as long, and its abort signals as much memory as the users.
 * @throws {TypeError} with undici 6 or earlier
 */
export function createHttpClient(url: string, deadline: number): (call: HttpCall) => Promise<HttpResponse> {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  // undici 7 introduced `cacheStores` and the handlers that `complete` needs.
  if (!('cacheStores' in undici))
    throw new TypeError('createHttpClient needs undici 7 or later: npm install undici@latest');
  const pool = new undici.Pool(origin, { connections, connect: { timeout: deadline } });
  return ({ method, path, headers, body, signal }) =>
    complete({ deadline, signal }, (handler) => {
      pool.dispatch({ method, path: `${base}${path}`, headers, body: body ?? null }, handler);
    });
}

/**
 * Does not use undici's `body.text()`, which retains the bodies of past responses until a full garbage collection: with
 * 100,000 users, 50 MiB of strings and 50 MiB of buffers.
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

/** Even if the header asks for a longer one. */
const maxRetryAfter = 60_000;

/**
 * A `Retry-After` header (seconds or an HTTP date; RFC 9110, section 10.2.3) in milliseconds, at most 60,000;
 * `undefined` when it is absent or invalid.
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
 * Checked when a connection is created, because later every call would look like an outage.
 * @throws {TypeError} for an address that is not an HTTP URL, or an empty API key
 */
export function assertConnection(name: 'url' | 'apiUrl', address: string, apiKey: unknown): void {
  assertAddress(name, address);
  if (typeof apiKey !== 'string' || apiKey === '')
    throw new TypeError("`apiKey` is empty: set it to the key of your environment, from Permit's settings.");
}

/** @throws {TypeError} if the address is not an HTTP URL */
export function assertAddress(name: 'url' | 'apiUrl', address: string): void {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new TypeError(
      `\`${name}\` is not an HTTP address with a scheme, such as http://localhost:7766: ${JSON.stringify(address)}.`,
    );
}
