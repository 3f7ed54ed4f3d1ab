/** Faults between a browser and the server. */
export type Fault = 'refused' | 'reset' | 'hanging' | 'slow' | 'slow answer' | 'half an answer' | 'garbage';

/** The delay of a slow network in milliseconds. */
export const slowness = 8_000;

export interface StubNetwork {
  readonly fetch: typeof fetch;
  /** Applies the fault to every request from now on; an open stream is cut, or becomes silent. */
  readonly break: (fault: Fault) => void;
  /** Ends the fault for new requests. Hanging ones continue to hang, like lost packets of a dead connection. */
  readonly mend: () => void;
  /** The URLs of all requests, regardless of their outcome. */
  readonly requested: () => string[];
  /** The URLs of the pending requests that were not aborted. */
  readonly unanswered: () => string[];
  /** The procedures whose streams are open. */
  readonly openStreams: () => string[];
  /** The number of requested streams, regardless of their outcome. */
  readonly streamRequests: () => number;
}

const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));
const networkError = (): TypeError => new TypeError('Failed to fetch');
const abortError = (): Error => Object.assign(new Error('Aborted'), { name: 'AbortError' });

interface Connection {
  readonly procedure: string;
  readonly cut: () => void;
  isSilent: boolean;
}

/** A network in front of a server, with the same errors as browsers. */
export function createStubNetwork(server: typeof fetch): StubNetwork {
  let fault: Fault | null = null;
  let streamRequests = 0;
  const streams = new Set<Connection>();
  const requested: URL[] = [];
  const unanswered = new Set<URL>();

  const send: typeof fetch = async (input, init) => {
    const signal = init?.signal;
    if (signal?.aborted === true) throw abortError();
    const isStream = new Headers(init?.headers).get('accept') === 'text/event-stream';
    if (isStream) streamRequests += 1;
    switch (fault) {
      case 'refused':
        throw networkError();
      case 'reset':
        await server(input, init);
        throw networkError();
      case 'hanging':
        return untilAborted(signal);
      case 'slow':
        await Promise.race([untilAborted(signal), pause(slowness)]);
        break;
      case 'garbage':
        return new Response('<!doctype html><title>Welcome to this hotel</title>', {
          headers: { 'content-type': 'text/html' },
        });
      case 'slow answer':
      case 'half an answer':
      case null:
    }
    const isLate = fault === 'slow answer' && !isStream;
    const response = await server(input, init);
    if (isLate) await Promise.race([untilAborted(signal), pause(slowness)]);
    if (fault === 'half an answer') return halfOf(response);
    if (!isStream || response.body === null) return response;
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.origin);
    const procedure = pathname.replace('/api/trpc/', '');
    return new Response(observed(response.body, procedure, signal), response);
  };

  /** The body of a stream, until either side or the network closes it. */
  function observed(
    body: ReadableStream<Uint8Array>,
    procedure: string,
    signal: AbortSignal | null | undefined,
  ): ReadableStream<Uint8Array> {
    const closing = new AbortController();
    const end = (error: Error): void => {
      if (streams.delete(stream)) closing.abort(error);
    };
    const stream: Connection = { procedure, cut: () => end(networkError()), isSilent: false };
    streams.add(stream);
    signal?.addEventListener('abort', () => end(abortError()));
    const watch = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        if (!stream.isSilent) controller.enqueue(chunk);
      },
      flush: () => void streams.delete(stream),
    });
    return body.pipeThrough(watch, { signal: closing.signal });
  }

  return {
    async fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input, location.origin);
      requested.push(url);
      unanswered.add(url);
      return send(input, init).finally(() => unanswered.delete(url));
    },
    requested: () => requested.map(addressOf),
    unanswered: () => [...unanswered].map(addressOf),
    break(next) {
      fault = next;
      for (const stream of streams) {
        if (next === 'hanging') stream.isSilent = true;
        else if (!next.startsWith('slow')) stream.cut();
      }
    },
    mend() {
      fault = null;
    },
    openStreams: () => [...streams].map(({ procedure }) => procedure),
    streamRequests: () => streamRequests,
  };
}

function addressOf({ href }: URL): string {
  return decodeURIComponent(href);
}

function untilAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(abortError()));
  });
}

async function halfOf(response: Response): Promise<Response> {
  const text = response.headers.get('content-type')?.includes('event-stream')
    ? 'event: connec'
    : await response.text();
  const half = new TextEncoder().encode(text.slice(0, text.length / 2));
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) controller.error(networkError());
      else controller.enqueue(half);
      isSent = true;
    },
  });
  return new Response(body, response);
}
