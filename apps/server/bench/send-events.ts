import { createHmac, randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { z } from 'zod';
import { answerParent } from './serve-parent.ts';

/** Run as a separate process: sends signed events of about 600 bytes and reports events per second. */
const Order = z.object({
  port: z.number(),
  events: z.number(),
  connections: z.number(),
  key: z.string(),
});

export type Order = z.output<typeof Order>;

async function send({ port, events, connections, key }: Order): Promise<number> {
  const signed = Array.from({ length: events }, () => {
    const body = JSON.stringify({
      event: 'User.Data.Updated',
      createdAt: new Date().toISOString(),
      data: { id: randomUUID(), name: 'x'.repeat(400), nonce: randomUUID() },
    });
    const headers = {
      'content-type': 'application/json',
      'logto-signature-sha-256': createHmac('sha256', key).update(body).digest('hex'),
    };
    return { body, headers };
  });
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  const queue = signed.values();
  const sendInTurn = async (): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- each connection sends sequentially */
    for (const { body, headers } of queue) {
      const response = await pool.request({ method: 'POST', path: '/', body, headers });
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`An event was refused with ${response.statusCode}.`);
    }
    /* oxlint-enable no-await-in-loop */
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, sendInTurn));
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  return events / seconds;
}

answerParent((message) => send(Order.parse(message)));
