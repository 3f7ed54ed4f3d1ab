import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { answerParent } from '../../apps/server/bench/serve-parent.ts';

/**
 * What this process is asked to do: it sends requests over keep-alive connections, one at a time on each, and reports
 * the number of responses by status. It uses plain sockets, because an HTTP client takes more CPU time than the fastest
 * measured servers.
 */
const Order = z.object({
  port: z.number(),
  connections: z.number(),
  milliseconds: z.number(),
  /** The number of responses after which to stop, even before `milliseconds`. Default: no limit. */
  requests: z.number().default(Infinity),
  /** The complete HTTP requests to send, in turn. */
  sent: z.array(z.string()).min(1),
});

export type Order = z.input<typeof Order>;

export const Load = z.object({
  answered: z.number(),
  seconds: z.number(),
  statuses: z.record(z.string(), z.number()),
});

export type Load = z.output<typeof Load>;

/**
 * Whether the response is complete, according to its `content-length` or its last chunk. Requests are not pipelined, so
 * no other response can follow in the same text.
 */
function isWhole(received: string): boolean {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1];
  if (length !== undefined) return received.length >= headEnd + 4 + Number(length);
  return received.endsWith('\r\n0\r\n\r\n');
}

async function send({
  port,
  connections,
  milliseconds,
  requests,
  sent,
}: z.output<typeof Order>): Promise<Load> {
  const statuses: Record<string, number> = {};
  let answered = 0;
  let next = 0;
  const began = performance.now();
  const until = began + milliseconds;
  const sendInTurn = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let received = '';
      const sendNext = (): void => {
        if (performance.now() >= until || answered >= requests) {
          socket.destroy();
          resolve();
          return;
        }
        socket.write(sent[next++ % sent.length] ?? '');
      };
      socket.setEncoding('latin1').on('data', (chunk) => {
        received += String(chunk);
        if (!isWhole(received)) return;
        const status = received.slice(9, 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
        answered += 1;
        received = '';
        sendNext();
      });
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('The server closed a connection.')));
      socket.once('connect', sendNext);
    });
  await Promise.all(
    Array.from({ length: connections }, () =>
      sendInTurn(connect({ port, host: '127.0.0.1', noDelay: true })),
    ),
  );
  const seconds = (performance.now() - began) / 1_000;
  return { answered, seconds, statuses };
}

answerParent((message) => send(Order.parse(message)));
