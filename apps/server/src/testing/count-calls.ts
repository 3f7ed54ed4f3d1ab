import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** A server before another one: it forwards every request, and remembers its path. */
export async function countCalls(
  target: string,
): Promise<AsyncDisposable & { readonly url: string; readonly calls: string[] }> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const forward = async (): Promise<void> => {
      const path = request.url ?? '/';
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
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
