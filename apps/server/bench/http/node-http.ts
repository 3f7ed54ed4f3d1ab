import { benchReports } from './bench-reports.ts';
import { serveVariant } from './serve-variant.ts';

/** The same answer without Express, tRPC, routing or a check: the floor. */
await serveVariant(() => (_request, response) => {
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ result: { data: benchReports } }));
});
