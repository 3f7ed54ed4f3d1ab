import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { hostileKinds } from './hostile-kinds.ts';

/** Run by `hostile-requests.ts` as a process of its own: opens the connections of one kind, and ends them when it is told to. */
const Order = z.object({
  port: z.number(),
  connections: z.number(),
  kind: z.string(),
  means: z.object({
    viewer: z.string(),
    editor: z.string(),
    report: z.string(),
    forgedTokens: z.array(z.string()),
  }),
});

/** Sent twice a second: how many connections are open, are answered and have been ended, together. */
export const Progress = z.object({ done: z.number() });

export type Order = z.input<typeof Order>;

/** What the clients have seen, when the attack is over. */
export const Seen = z.object({
  /** How many connections the server has ended. */
  ended: z.number(),
  /** First answers by status; `none` for connections without an answer. */
  statuses: z.record(z.string(), z.number()),
});

async function attack({ port, connections, kind, means }: z.output<typeof Order>): Promise<void> {
  const { forgedTokens, ...others } = means;
  const hostile = hostileKinds({
    ...others,
    forgedToken: (connection) => forgedTokens[connection % forgedTokens.length] ?? '',
  })[kind];
  if (hostile === undefined) throw new TypeError(`There is no kind "${kind}".`);
  const sockets: Socket[] = [];
  const statusOf = new Map<Socket, string>();
  let ended = 0;
  const reports = setInterval(
    () => process.send?.({ done: sockets.length + statusOf.size + ended } satisfies z.input<typeof Progress>),
    500,
  );
  for (let connection = 0; connection < connections; connection++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('close', () => (ended += 1));
    if (hostile.isDeaf === true) socket.pause();
    else {
      socket.on('data', (bytes) => {
        if (!statusOf.has(socket)) statusOf.set(socket, bytes.toString('latin1').slice(9, 12));
      });
    }
    for (const part of hostile.sends(connection)) socket.write(part);
    sockets.push(socket);
    if (connection % 50 === 0) await sleep(1); // oxlint-disable-line no-await-in-loop -- the sockets need turns
  }
  const { trickle } = hostile;
  const timer = setInterval(() => {
    for (const socket of sockets) if (trickle !== undefined && socket.writable) socket.write(trickle);
  }, 100);
  process.once('message', () => {
    clearInterval(timer);
    clearInterval(reports);
    const statuses: Record<string, number> = {};
    for (const socket of sockets) {
      const status = statusOf.get(socket) ?? 'none';
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    for (const socket of sockets) socket.destroy();
    process.send?.({ ended, statuses } satisfies z.input<typeof Seen>, () => process.exit());
  });
}

process.once('message', (message) => void attack(Order.parse(message)));
