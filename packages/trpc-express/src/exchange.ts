import {
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  transformTRPCResponse,
  TRPCError,
  type AnyTRPCRouter,
} from '@trpc/server';
import {
  getHTTPStatusCode,
  type HTTPBaseHandlerOptions,
  type TRPCRequestInfo,
  type ResponseMeta,
} from '@trpc/server/http';
import type { Request, Response } from 'express';
import type { Call, Calls } from './read-calls.ts';

export interface ExchangeOptions extends Pick<
  HTTPBaseHandlerOptions<AnyTRPCRouter, Request>,
  'router' | 'onError' | 'responseMeta'
> {
  readonly createContext?: (of: { req: Request; res: Response; info: TRPCRequestInfo }) => unknown;
}

type Meta = Parameters<NonNullable<ExchangeOptions['responseMeta']>>[0];
type Answer = Meta['data'][number];
type Outcome = { readonly data: unknown } | { readonly error: TRPCError };

interface Failure {
  readonly error: TRPCError;
  /** Absent if the request as a whole failed. */
  readonly call?: Call | undefined;
}

/** Shared: creating one for each request costs more than calling a procedure. */
const closed = new DOMException('This operation was aborted', 'AbortError');

/** One request, from its calls to its response. Follows tRPC's `resolveResponse` step by step. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #request: Request;
  readonly #response: Response;
  readonly #read: Calls;
  readonly #info: TRPCRequestInfo;
  #context: { readonly value: unknown } | { readonly error: TRPCError } | undefined;

  constructor(
    options: ExchangeOptions,
    { request, response }: { readonly request: Request; readonly response: Response },
    read: Calls,
  ) {
    this.#options = options;
    this.#request = request;
    this.#response = response;
    this.#read = read;
    const closing = new AbortController();
    response.once('close', () => closing.abort(closed));
    let url: URL | undefined;
    this.#info = {
      isBatchCall: read.isBatch,
      accept: null,
      calls: [...read.calls],
      type: read.type,
      connectionParams: null,
      signal: closing.signal,
      get url() {
        return (url ??= read.url());
      },
    };
  }

  /** Rejects if `onError` or a formatter throws for the error response, too. */
  async answer(): Promise<void> {
    try {
      await this.#answerCalls();
    } catch (cause) {
      try {
        this.#answerFailure(getTRPCErrorFromUnknown(cause));
      } catch (again) {
        this.#abandon(getTRPCErrorFromUnknown(again));
      }
    }
  }

  async #answerCalls(): Promise<void> {
    await this.#createContext();
    const { calls, isBatch } = this.#read;
    const outcomes = await Promise.all(calls.map(async (call) => this.#call(call)));
    const errors: TRPCError[] = [];
    const answers = outcomes.map((outcome, index): Answer => {
      const error = 'error' in outcome ? outcome.error : errorOfStream(outcome.data);
      if (error === undefined) return { result: { data: 'data' in outcome ? outcome.data : undefined } };
      if (!isBatch && !('error' in outcome)) throw error;
      errors.push(error);
      return this.#render({ error, call: calls[index] });
    });
    const config = this.#options.router._def._config;
    const written = answers.map((answer) => transformTRPCResponse(config, answer));
    this.#send(answers, errors, JSON.stringify(isBatch ? written : written[0]));
  }

  /** An error of `createContext` becomes the error of each call. */
  async #createContext(): Promise<void> {
    const of = { req: this.#request, res: this.#response, info: this.#info };
    try {
      this.#context = { value: await this.#options.createContext?.(of) };
    } catch (cause) {
      this.#context = { error: getTRPCErrorFromUnknown(cause) };
    }
  }

  async #call(call: Call): Promise<Outcome> {
    const { path, getRawInput, batchIndex, procedure } = call;
    try {
      if (this.#context !== undefined && 'error' in this.#context) throw this.#context.error;
      const { signal } = this.#info;
      const { type } = this.#read;
      return { data: await procedure({ path, getRawInput, ctx: this.#ctx, type, signal, batchIndex }) };
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      this.#reportError({ error, call });
      return { error };
    }
  }

  /** For non-JSON output, an unexpected stream, or a formatter that throws. */
  #answerFailure(error: TRPCError): void {
    this.#reportError({ error });
    const answer = this.#render({ error });
    const written = transformTRPCResponse(this.#options.router._def._config, answer);
    this.#send([answer], [error], JSON.stringify(written));
  }

  /** For an error response that failed, for example because of `responseMeta`, which is not called again. */
  #abandon(error: TRPCError): void {
    const { router, onError } = this.#options;
    const config = router._def._config;
    const of = { error, path: undefined, input: undefined, ctx: undefined, type: 'unknown' } as const;
    const shape = getTRPCErrorShape({ config, ...of });
    onError?.({ ...of, req: this.#request });
    this.#response
      .status(shape.data.httpStatus)
      .end(JSON.stringify(transformTRPCResponse(config, { error: shape })));
  }

  #reportError({ error, call }: Failure): void {
    this.#options.onError?.({ error, ...this.#about(call), req: this.#request });
  }

  #render({ error, call }: Failure): Answer {
    const config = this.#options.router._def._config;
    return { error: getTRPCErrorShape({ config, error, ...this.#about(call) }) };
  }

  #about(call: Call | undefined): {
    path: string | undefined;
    input: unknown;
    ctx: unknown;
    type: Calls['type'];
  } {
    return { path: call?.path, input: call?.result(), ctx: this.#ctx, type: this.#read.type };
  }

  get #ctx(): unknown {
    return this.#context !== undefined && 'value' in this.#context ? this.#context.value : undefined;
  }

  #send(answers: Answer[], errors: TRPCError[], body: string): void {
    const { status, headers } =
      this.#options.responseMeta?.({
        ctx: this.#ctx,
        info: this.#info,
        paths: this.#read.calls.map(({ path }) => path),
        data: answers,
        errors,
        eagerGeneration: false,
        type: this.#read.type,
      }) ?? {};
    // Keeps a status that was already set.
    if (this.#response.statusCode === 200)
      this.#response.statusCode = status || (errors.length === 0 ? 200 : getHTTPStatusCode(answers));
    for (const [name, value] of headersOf(headers)) this.#response.setHeader(name, value);
    this.#response.end(body);
  }
}

function errorOfStream(data: unknown): TRPCError | undefined {
  if (!isDataStream(data)) return undefined;
  return new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Cannot use stream-like response in non-streaming request - use httpBatchStreamLink',
  });
}

const isObject = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAsyncIterable = (value: unknown): boolean => isObject(value) && Symbol.asyncIterator in value;

const isPromise = (value: unknown): boolean =>
  (isObject(value) || typeof value === 'function') &&
  'then' in value &&
  typeof value.then === 'function' &&
  'catch' in value &&
  typeof value.catch === 'function';

/** Whether tRPC would have to stream this: an async iterable, or an object with promises or async iterables. */
function isDataStream(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    isAsyncIterable(value) || Object.values(value).some((part) => isPromise(part) || isAsyncIterable(part))
  );
}

const usual: ReadonlyMap<string, string> = new Map([
  ['vary', 'trpc-accept, accept'],
  ['content-type', 'application/json'],
]);

function headersOf(added: ResponseMeta['headers']): Iterable<readonly [string, string | string[]]> {
  if (added === undefined) return usual;
  const headers = new Headers([...usual]);
  if (added instanceof Headers) {
    for (const [name, value] of added) headers.append(name, value);
  } else {
    for (const [name, value] of Object.entries(added)) {
      if (Array.isArray(value)) for (const one of value) headers.append(name, one);
      else if (typeof value === 'string') headers.set(name, value);
    }
  }
  const cookies = headers.getSetCookie();
  // All cookies in one `setHeader` call, and last: individually, each would replace the previous one.
  return cookies.length === 0 ? headers : [...headers, ['set-cookie', cookies]];
}
