import { connect } from 'node:net';
import type { HostileRequest } from './hostile-request.ts';

/** Outages and bounds that a server means to tell: it is too busy, or a neighbour is away. */
const meant = /SERVER_BUSY|_UNAVAILABLE/;

/**
 * Sends a request as it is. Resolves with the law that its answer breaks, if it breaks one: an answer to all that is whole, no
 * 5xx but those meant, and nothing for who is not known.
 */
async function breachOf(url: string, request: HostileRequest): Promise<string | undefined> {
  const answer = await exchange(url, request);
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  if (statuses.length === 0 && !request.isCutOff) return 'no answer';
  if (statuses.some((status) => status >= 500) && !(statuses.at(-1) === 503 && meant.test(answer)))
    return `status ${statuses.join()}`;
  // A batch of refusals is 207. The page is everybody's.
  const isAllowed =
    request.kind === 'delivery' ? statuses.includes(200) : /"result":|^content-disposition:/im.test(answer);
  if (isAllowed && !request.isKnown) return 'allowed';
  return undefined;
}

/** A socket for each request: what follows one that is refused is another matter. */
function exchange(url: string, { bytes, isCutOff }: HostileRequest): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      if (isCutOff) socket.end();
    });
    // An answer is read, whatever became of the rest of the request.
    socket.on('error', () => {});
    socket.on('data', (part) => (answer += part.toString('latin1')));
    socket.on('close', () => resolve(answer));
  });
}

/** A request that broke a law. */
export interface Breach {
  readonly breach: string;
  /** The beginning of what was sent. */
  readonly bytes: string;
}

/** Sends requests, some at a time. Resolves with those that broke a law, and how. */
export async function sendAll(
  url: string,
  requests: readonly HostileRequest[],
  { lanes = 16 } = {},
): Promise<readonly Breach[]> {
  const breaches: Breach[] = [];
  // One iterator for all lanes.
  const rest = requests.values();
  const lane = async (): Promise<void> => {
    for (const request of rest) {
      const breach = await breachOf(url, request); // oxlint-disable-line no-await-in-loop -- one after the other
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
