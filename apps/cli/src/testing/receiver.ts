import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { sign } from '../webhook/endpoint.ts';

export interface Received {
  readonly path: string;
  readonly body: string;
  readonly signature: string | undefined;
  readonly isSignedBy: (key: string) => boolean;
}

export interface Receiver {
  readonly url: string;
  close(): Promise<void>;
}

export async function startReceiver(
  statusFor: (received: Received) => number | Promise<number>,
  {
    body: answer = '{}',
    headers = {},
  }: { readonly body?: string; readonly headers?: Record<string, string> } = {},
): Promise<Receiver> {
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const signature = request.headers['logto-signature-sha-256']?.toString();
      const isSignedBy = (key: string): boolean => signature === sign(body, key);
      const status = await statusFor({ path: request.url ?? '', body, signature, isSignedBy });
      response.writeHead(status, headers).end(answer);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
