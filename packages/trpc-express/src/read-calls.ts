import { TRPCError, type AnyTRPCProcedure, type AnyTRPCRouter } from '@trpc/server';
import type { TRPCRequestInfo } from '@trpc/server/http';
import type { Request } from 'express';
import type { IncomingMessage } from 'node:http';

export interface CallLimits {
  readonly router: AnyTRPCRouter;
  readonly isBatchingAllowed: boolean;
  readonly maxBatchSize: number;
  /** Bytes. */
  readonly maxBodySize: number;
}

export type Call = TRPCRequestInfo['calls'][number] & { readonly procedure: AnyTRPCProcedure };

export interface Calls {
  readonly isBatch: boolean;
  readonly type: 'query' | 'mutation';
  readonly calls: readonly Call[];
  readonly url: () => URL;
}

/**
 * Parses GET queries and POST mutations of known, loaded procedures, with JSON input and output. Returns `undefined`
 * for every other request, valid or not, and does not consume the body.
 */
export function readCalls(request: Request, limits: CallLimits): Calls | undefined {
  const type = usualType(request);
  const address = type === undefined ? undefined : readAddress(request);
  if (type === undefined || address === undefined) return undefined;
  const { path, query } = address;
  const isBatch = query.get('batch') === '1';
  const paths = isBatch ? path.split(',') : [path];
  if (isBatch && (!limits.isBatchingAllowed || paths.length > limits.maxBatchSize)) return undefined;
  const procedures = paths.map((one) => loadedProcedure(limits.router, one));
  if (!procedures.every((procedure) => procedure?._def.type === type)) return undefined;

  const text = type === 'query' ? query.get('input') : readText(request, limits.maxBodySize);
  const transformer = limits.router._def._config.transformer.input;
  const deserialize = (input: unknown): unknown => transformer.deserialize(input);
  const inputs = memo(async () => {
    const json = await text;
    const sent: unknown = json === null || json === '' ? undefined : JSON.parse(json);
    return inputsOf(sent, { isBatch, count: paths.length, deserialize });
  });
  const calls = paths.map((one, index): Call => {
    return {
      batchIndex: index,
      path: one,
      procedure: procedures[index] as AnyTRPCProcedure, // oxlint-disable-line typescript/no-unsafe-type-assertion -- each has the type, see above
      getRawInput: async () => (await inputs.read())[index],
      result: () => inputs.result()?.[index],
    };
  });
  return { isBatch, type, calls, url: address.url };
}

function usualType({ method, headers }: Request): 'query' | 'mutation' | undefined {
  const content = headers['content-type'];
  if (headers['trpc-accept'] !== undefined || headers.accept?.includes('application/jsonl') === true)
    return undefined;
  if (method === 'GET') return content === undefined || isJson(content) ? 'query' : undefined;
  return method === 'POST' && content !== undefined && isJson(content) ? 'mutation' : undefined;
}

/** `false` for capitals, so that tRPC handles such requests. */
const isJson = (content: string): boolean => /^application\/json\s*(?:;|$)/.test(content);

interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly url: () => URL;
}

/** `undefined` if the URL is unusual, or the body was already read. */
function readAddress(request: Request): Address | undefined {
  if (isBodyRead(request)) return undefined;
  const { url, path, socket } = request;
  const { host = 'localhost' } = request.headers;
  if (!/^\/(?![/\\])[^#]*$/.test(url) || !isHost(host)) return undefined;
  const decoded = decode(path.slice(path.lastIndexOf('/') + 1));
  if (decoded === undefined) return undefined;
  const mark = url.indexOf('?');
  // `URLSearchParams` strips one question mark: without this one, it would strip a second in the query.
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark));
  if (query.has('connectionParams')) return undefined;
  return {
    path: decoded,
    query,
    url: () => new URL(url, `${'encrypted' in socket ? 'https' : 'http'}://${host}`),
  };
}

/** Express and similar frameworks store a parsed body in `body`. */
const isBodyRead = (request: object): boolean => 'body' in request;

let lastHost = 'localhost';
/**
 * Whether a `Host` header fits into a URL: with another one, tRPC fails to create a fetch `Request`. Caches the last
 * valid host, because it is almost always the same.
 */
export function isHost(host: string): boolean {
  if (host === lastHost) return true;
  // A fetch `Request` rejects credentials in URLs.
  if (host.includes('@') || !URL.canParse(`http://${host}`)) return false;
  lastHost = host;
  return true;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function loadedProcedure(router: AnyTRPCRouter, path: string): AnyTRPCProcedure | undefined {
  // The table has no prototype, so no inherited name is found.
  const procedures: Readonly<Record<string, AnyTRPCProcedure>> = router._def.procedures;
  return procedures[path];
}

type Inputs = Readonly<Record<number, unknown>>;

interface Sent {
  readonly isBatch: boolean;
  readonly count: number;
  readonly deserialize: (input: unknown) => unknown;
}

function inputsOf(sent: unknown, { isBatch, count, deserialize }: Sent): Inputs {
  if (sent === undefined) return {};
  if (!isBatch) return { 0: deserialize(sent) };
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: '"input" needs to be an object when doing a batch call',
    });
  const byIndex = sent as Inputs; // oxlint-disable-line typescript/no-unsafe-type-assertion -- JSON: its properties are read one by one
  const inputs: Record<number, unknown> = {};
  for (let index = 0; index < count; index++) {
    const input = byIndex[index];
    if (input !== undefined) inputs[index] = deserialize(input);
  }
  return inputs;
}

function memo(read: () => Promise<Inputs>): {
  read: () => Promise<Inputs>;
  result: () => Inputs | undefined;
} {
  let pending: Promise<Inputs> | undefined;
  let value: Inputs | undefined;
  const begin = async (): Promise<Inputs> => {
    try {
      return (value = await read());
    } catch (cause) {
      if (cause instanceof TRPCError) throw cause;
      const message = cause instanceof Error ? cause.message : 'Invalid input';
      throw new TRPCError({ code: 'BAD_REQUEST', message, cause });
    }
  };
  return { read: () => (pending ??= begin()), result: () => value };
}

/**
 * Starts now or, if the request is paused, after its `resume()`.
 * @param most - bytes
 * @throws {TRPCError} `PAYLOAD_TOO_LARGE`; `CLIENT_CLOSED_REQUEST` when the client disconnects first
 */
function readText(request: IncomingMessage, most: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else end(new TRPCError({ code: 'PAYLOAD_TOO_LARGE' }));
  };
  const onEnd = (): void => end();
  const onClose = (): void => end(new TRPCError({ code: 'CLIENT_CLOSED_REQUEST' }));
  const end = (error?: TRPCError): void => {
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    // Strips the byte order mark, like `Request.text()`.
    if (error === undefined) resolve(new TextDecoder().decode(Buffer.concat(chunks)));
    else reject(error);
    chunks.length = 0;
  };
  request.on('data', onData).on('end', onEnd).on('close', onClose);
  // A destroyed request emits none of these events.
  if (request.destroyed) onClose();
  // A procedure without an input never awaits this promise.
  promise.catch(() => {});
  return promise;
}
