import type { LogtoManagement } from '@latchkey/directory-sync';
import { z } from 'zod';

/** A delivery in Logto's log, successful or not. */
export interface LoggedDelivery {
  readonly event: string;
  /**
   * JSON, with the fields in the order of Logto's log, which differs from that of the signed body. A server that reads
   * the log gets the same bytes.
   */
  readonly body: string;
  /** When the attempt ended, in epoch milliseconds. */
  readonly at: number;
}

/**
 * Milliseconds by which each poll goes back, because log entries are stored after the attempt has ended and use another
 * clock.
 */
const overlap = 60_000;

const Body = z.looseObject({ event: z.string() });

/**
 * Creates a function that returns new deliveries in a webhook's log since the last call, oldest first, each once.
 *
 * @param since - epoch milliseconds; deliveries that ended earlier are omitted
 */
export function createLogReader(
  logto: Pick<LogtoManagement, 'hookLogs'>,
  hookId: string,
  since: number,
): () => Promise<LoggedDelivery[]> {
  let seen = new Map<string, number>();
  let from = since;
  return async () => {
    const to = Date.now() + overlap;
    const found: LoggedDelivery[] = [];
    const next = new Map(seen);
    for await (const page of logto.hookLogs(hookId, { from: Math.max(since, from - overlap), to })) {
      for (const { id, createdAt, payload } of page) {
        if (next.has(id)) continue;
        next.set(id, createdAt);
        const body = Body.safeParse(payload.hookRequest?.body).data;
        if (body !== undefined)
          found.push({ event: body.event, body: JSON.stringify(payload.hookRequest?.body), at: createdAt });
      }
    }
    // Only after every page was read, so that a failed poll is repeated.
    from = Math.max(from, ...next.values());
    seen = new Map([...next].filter(([, at]) => at >= from - overlap));
    return found.toSorted((one, other) => one.at - other.at);
  };
}
