import type { RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { serveParent } from '../../apps/server/bench/serve-parent.ts';

/** This process is a minimal PDP: it allows the user `bench` everything, and counts the calls that it receives. */
const Query = z.object({ user: z.object({ key: z.string() }) });
const isAllowed = (query: unknown): { allow: boolean } => ({
  allow: Query.parse(query).user.key === 'bench',
});

let calls = 0;
const decide: RequestListener = (request, response) => {
  void json(request).then((body) => {
    calls += 1;
    const answer = Array.isArray(body) ? { allow: body.map(isAllowed) } : isAllowed(body);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
};
serveParent(decide, () => ({ calls }));
