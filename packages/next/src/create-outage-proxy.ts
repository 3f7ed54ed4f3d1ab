import type { PdpHealth } from '@latchkey/permissions/permit';

/** Milliseconds for which a result of the health check is used. */
const lifetime = 1_000;

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Unavailable</title>
  <p role="alert">Permissions cannot be checked right now. Try again in a moment.</p>
</html>
`;

/** Responds with 503 while the PDP does not answer. At most one health check a second, shared by all requests. */
export function createOutageProxy(health: () => Promise<PdpHealth>): () => Promise<Response | undefined> {
  let last: { readonly at: number; readonly health: Promise<PdpHealth> } | undefined;
  return async () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= lifetime) last = { at: now, health: health() };
    if ((await last.health) === 'ok') return undefined;
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '1',
    };
    return new Response(page, { status: 503, headers });
  };
}
