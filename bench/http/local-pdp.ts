import { createServer } from 'node:http';
import { z } from 'zod';
import { portOf } from '../../apps/server/src/testing/serve.ts';

/** This process is a minimal PDP: it allows the user `bench` everything, and counts the calls that it receives. */
const Query = z.object({ user: z.object({ key: z.string() }) });
const isAllowed = (query: unknown): { allow: boolean } => ({
  allow: Query.parse(query).user.key === 'bench',
});

let calls = 0;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    calls += 1;
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const answer = Array.isArray(body) ? { allow: body.map(isAllowed) } : isAllowed(body);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
});
process.on('message', () => process.send?.({ calls }));
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: portOf(address) });
});
