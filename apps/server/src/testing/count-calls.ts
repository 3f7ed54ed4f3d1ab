import { text } from 'node:stream/consumers';
import { serve } from './serve.ts';

export interface CountedCalls extends AsyncDisposable {
  readonly url: string;
  /** The paths of the forwarded requests. */
  readonly calls: string[];
  /** The paths of the requests on hold. */
  readonly held: ReadonlySet<string>;
  /** Holds requests until the returned function is called. */
  readonly hold: () => () => void;
}

/** A proxy that forwards every request and records its path. */
export async function countCalls(target: string): Promise<CountedCalls> {
  const calls: string[] = [];
  const held = new Set<string>();
  let open = Promise.resolve();
  const server = await serve((request, response) => {
    const forward = async (): Promise<void> => {
      const path = request.url ?? '/';
      held.add(path);
      await open;
      held.delete(path);
      calls.push(path);
      const { method = 'GET' } = request;
      const { authorization = '' } = request.headers;
      const headers = { authorization, 'content-type': 'application/json' };
      const body = method === 'GET' ? null : await text(request);
      const answer = await fetch(new URL(path, target), { method, headers, body });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    };
    forward().catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  return {
    ...server,
    calls,
    held,
    hold() {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      open = promise.then(() => undefined);
      return () => resolve(undefined);
    },
  };
}
