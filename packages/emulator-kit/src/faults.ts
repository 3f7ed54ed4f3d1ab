import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

export type ActiveFault<T> = T & {
  readonly id: string;
  /** `null` when unlimited. */
  readonly remaining: number | null;
};

/** Oldest first. */
export interface FaultList<T> {
  add(fault: T): ActiveFault<T>;
  list(): ActiveFault<T>[];
  /** Returns false when there is no such fault. */
  remove(id: string): boolean;
  clear(): void;
  /** Returns the oldest matching fault, and counts it as applied. */
  consume(matches: (fault: T) => boolean): ActiveFault<T> | undefined;
}

/** A fault with a `count` applies that many times, then is removed; without it, every time. */
export function createFaultList<T extends { readonly count?: number | undefined }>(): FaultList<T> {
  const active = new Map<string, ActiveFault<T>>();
  return {
    add(input) {
      const fault = { ...input, id: randomUUID(), remaining: input.count ?? null };
      active.set(fault.id, fault);
      return fault;
    },
    list: () => [...active.values()],
    remove: (id) => active.delete(id),
    clear: () => active.clear(),
    consume(matches) {
      for (const fault of active.values()) {
        if (!matches(fault)) continue;
        if (fault.remaining === 1) active.delete(fault.id);
        else if (fault.remaining !== null) active.set(fault.id, { ...fault, remaining: fault.remaining - 1 });
        return fault;
      }
      return undefined;
    },
  };
}

/** A fault to inject: a way in which matching requests fail. A request matches when `method` and `path` match. */
export interface FaultInput {
  /** Upper case; any method when absent. */
  readonly method?: string | undefined;
  /** The path itself, or a prefix when it ends in `*`; any path when absent. */
  readonly path?: string | undefined;
  /** The status of the response that is sent, with `body`, instead of calling the handler. */
  readonly status?: number | undefined;
  /** Sent with `status`; JSON unless it is a string. */
  readonly body?: unknown;
  /** Headers sent with `status`, for instance `retry-after`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds to wait first, or until the fault is removed. Combines with the other effects. */
  readonly delay?: number | undefined;
  /** Whether to close the connection without a response. */
  readonly drop?: boolean | undefined;
  /** Whether to send the real response with its body cut in half. */
  readonly corrupt?: boolean | undefined;
  /** The number of requests to apply to, after which the fault is removed; every request when absent. */
  readonly count?: number | undefined;
  /** The probability, 0 to 1, of applying to a request; always when absent. */
  readonly probability?: number | undefined;
}

export type Fault = ActiveFault<FaultInput>;

/** When several match a request, the oldest applies. */
export interface Faults extends Omit<FaultList<FaultInput>, 'consume'> {
  /** Wraps a handler with the faults. Requests under `/_emulator/` are never affected. */
  around(handler: RequestListener): RequestListener;
}

/** A fault as the control APIs accept it. */
export const faultInput: z.ZodType<FaultInput> = z
  .strictObject({
    method: z.string().toUpperCase().optional(),
    path: z.string().regex(/^\//).optional(),
    status: z.int().min(200).max(599).optional(),
    body: z.json().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    delay: z.number().min(0).max(600_000).optional(),
    drop: z.boolean().optional(),
    corrupt: z.boolean().optional(),
    count: z.int().min(1).optional(),
    probability: z.number().min(0).max(1).optional(),
  })
  .refine(
    ({ status, delay, drop, corrupt }) => [status, delay, drop, corrupt].some((value) => value !== undefined),
    { message: 'a fault needs at least one of status, delay, drop, corrupt' },
  );

function matches(fault: FaultInput, request: IncomingMessage): boolean {
  const [path = '/'] = (request.url ?? '/').split('?');
  if (path.startsWith('/_emulator/')) return false;
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.path === undefined || fault.path === path) return true;
  return fault.path.endsWith('*') && path.startsWith(fault.path.slice(0, -1));
}

/** Cuts the handler's body in half, so that a JSON parser fails. */
function corrupt(response: ServerResponse): void {
  const end = response.end.bind(response);
  const write = response.write.bind(response);
  const writeHead = response.writeHead.bind(response);
  const chunks: Buffer[] = [];
  const capture = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  // Headers that are sent early would contain the length of the whole body.
  response.writeHead = (status, ...rest) => {
    response.statusCode = status;
    const headers = rest.at(-1);
    if (typeof headers === 'object' && headers !== null)
      response.setHeaders(new Map(Object.entries(headers)));
    return response;
  };
  response.flushHeaders = () => {};
  response.write = (chunk: unknown) => {
    capture(chunk);
    return true;
  };
  response.end = (chunk?: unknown) => {
    capture(chunk);
    response.write = write;
    response.writeHead = writeHead;
    response.removeHeader('content-length');
    const body = Buffer.concat(chunks);
    return end(body.subarray(0, Math.floor(body.length / 2)));
  };
}

/** Returns whether it has sent the response, or closed the connection. */
function inject(fault: Fault, request: IncomingMessage, response: ServerResponse): boolean {
  if (fault.drop === true) {
    request.socket.destroy();
    return true;
  }
  if (fault.status !== undefined) {
    const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {});
    const type = typeof fault.body === 'string' ? 'text/plain' : 'application/json';
    response.writeHead(fault.status, { 'content-type': type, ...fault.headers }).end(text);
    return true;
  }
  if (fault.corrupt === true) corrupt(response);
  return false;
}

/** Pass `random` (0 to 1) to make `probability` deterministic. */
export function createFaults(random: () => number = Math.random): Faults {
  const faults = createFaultList<FaultInput>();
  const removals = new Map<string, AbortController>();

  const applies = (fault: FaultInput, request: IncomingMessage): boolean =>
    matches(fault, request) && (fault.probability === undefined || random() < fault.probability);

  return {
    add(input) {
      const fault = faults.add(input);
      removals.set(fault.id, new AbortController());
      return fault;
    },
    list: () => faults.list(),
    remove(id) {
      removals.get(id)?.abort();
      removals.delete(id);
      return faults.remove(id);
    },
    clear() {
      for (const removal of removals.values()) removal.abort();
      removals.clear();
      faults.clear();
    },
    around: (handler) => (request, response) => {
      const fault = faults.consume((candidate) => applies(candidate, request));
      if (fault === undefined) {
        handler(request, response);
        return;
      }
      const { signal } = removals.get(fault.id) ?? new AbortController();
      const delay =
        fault.delay === undefined
          ? Promise.resolve()
          : sleep(fault.delay, undefined, { signal }).catch(() => {});
      void delay.then(() => {
        if (!inject(fault, request, response)) handler(request, response);
      });
    },
  };
}
