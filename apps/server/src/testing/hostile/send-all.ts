import { connect } from 'node:net';
import type { HostileRequest } from './hostile-values.ts';

/** Intended 5xx codes: the server is too busy, or a service is unavailable. */
const meant = /SERVER_BUSY|_UNAVAILABLE/;

/**
 * Sends a request unchanged. Resolves to the law that its response breaks, if any: every complete request gets a
 * response, none is an unintended 5xx, and nothing is allowed without authentication.
 */
async function breachOf(url: string, request: HostileRequest): Promise<string | undefined> {
  const answer = await exchange(url, request);
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  if (statuses.length === 0 && !request.isCutOff) return 'no answer';
  if (statuses.some((status) => status >= 500) && !(statuses.at(-1) === 503 && meant.test(answer)))
    return `status ${statuses.join()}`;
  // The status does not show this for other kinds: a batch of refusals has 207, and the public page 200.
  const isAllowed =
    request.kind === 'delivery' ? statuses.includes(200) : /"result":|^content-disposition:/im.test(answer);
  if (isAllowed && !request.isKnown) return 'allowed';
  return undefined;
}

/**
 * Sends a request on its own socket, because the server may ignore bytes after a refused request. Resolves to the
 * response.
 */
function exchange(url: string, { bytes, isCutOff }: HostileRequest): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      if (isCutOff) socket.end();
    });
    // Reads the response even if sending the rest of the request fails.
    socket.on('error', () => {});
    socket.on('data', (part) => (answer += part.toString('latin1')));
    socket.on('close', () => resolve(answer));
  });
}

/** A request that broke a law. */
export interface Breach {
  readonly breach: string;
  /** The beginning of the request. */
  readonly bytes: string;
}

/** Sends requests with limited concurrency. Resolves to those that broke a law, and how. */
export async function sendAll(
  url: string,
  requests: readonly HostileRequest[],
  { lanes = 16 } = {},
): Promise<readonly Breach[]> {
  const breaches: Breach[] = [];
  // All lanes share one iterator.
  const rest = requests.values();
  const lane = async (): Promise<void> => {
    for (const request of rest) {
      const breach = await breachOf(url, request);
      if (breach !== undefined)
        breaches.push({
          breach: `${request.kind}: ${breach}`,
          bytes: request.bytes.toString('latin1').slice(0, 2_000),
        });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return breaches;
}
