import { TRPCError, type AnyTRPCProcedure, type AnyTRPCRouter } from '@trpc/server';
import type { TRPCRequestInfo } from '@trpc/server/http';
import type { Request } from 'express';
import { readText } from './read-text.ts';

export interface CallLimits {
  readonly router: AnyTRPCRouter;
  readonly isBatchingAllowed: boolean;
  /** Calls in one request. */
  readonly maxBatchSize: number;
  /** Bytes of a body. */
  readonly maxBodySize: number;
}

/** One call of a request. */
export type Call = TRPCRequestInfo['calls'][number] & { readonly procedure: AnyTRPCProcedure };

/** What one request calls. */
export interface Calls {
  readonly isBatch: boolean;
  readonly type: 'query' | 'mutation';
  readonly calls: readonly Call[];
  /** Of the request, as a client would write it. */
  readonly url: () => URL;
}

/**
 * What a request calls, when it is of the usual kind: queries by GET or mutations by POST, known and loaded, with JSON, answered with
 * JSON. `undefined` for every other request, right or wrong: its body has not been touched.
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

/** `undefined` for a method, a body or an answer of another kind. */
function usualType({ method, headers }: Request): 'query' | 'mutation' | undefined {
  const content = headers['content-type'];
  if (headers['trpc-accept'] !== undefined || headers.accept?.includes('application/jsonl') === true)
    return undefined;
  if (method === 'GET') return content === undefined || isJson(content) ? 'query' : undefined;
  return method === 'POST' && content !== undefined && isJson(content) ? 'mutation' : undefined;
}

const isJson = (content: string): boolean => content.startsWith('application/json');

interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly url: () => URL;
}

/** `undefined` for an address that is not plain: one that only `URL` understands, or that it does not. */
function readAddress(request: Request): Address | undefined {
  if (isBodyRead(request)) return undefined;
  const { url, path, socket } = request;
  const { host = 'localhost' } = request.headers;
  if (!/^\/(?![/\\])[^#]*$/.test(url) || !isHost(host)) return undefined;
  const decoded = decode(path.slice(path.lastIndexOf('/') + 1));
  if (decoded === undefined) return undefined;
  const mark = url.indexOf('?');
  // With its question mark: without, a second one would be taken away.
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark));
  if (query.has('connectionParams')) return undefined;
  return {
    path: decoded,
    query,
    url: () => new URL(url, `${'encrypted' in socket ? 'https' : 'http'}://${host}`),
  };
}

/** Express and its kin keep what they have read as `body`. */
const isBodyRead = (request: object): boolean => 'body' in request;

let lastHost = 'localhost';
/** A host is nearly always the same as that of the last request. */
function isHost(host: string): boolean {
  if (host === lastHost) return true;
  // A fetch `Request` refuses names in addresses.
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
  // It has no prototype.
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

/** Reads once, when it is first asked for. */
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
