import { listen, type Listening } from '@latchkey/emulator-kit';
import type { IncomingHttpHeaders } from 'node:http';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface Receiver extends Listening {
  readonly received: readonly Received[];
  arrived(count: number): Promise<readonly Received[]>;
}

export async function createReceiver(status = 200): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const listening = await listen(
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        received.push({ headers: request.headers, body, event: Object(JSON.parse(body)) });
        response.writeHead(status).end('{"ok":true}');
        for (const check of waiting) check();
      });
    },
    { port: 0 },
  );
  return {
    ...listening,
    received,
    arrived: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (received.length < count) return;
          waiting.delete(check);
          resolve(received);
        };
        waiting.add(check);
        check();
      }),
  };
}
