import type { LogtoManagement } from '@latchkey/directory-sync';
import { z } from 'zod';

/** A delivery of Logto's log: what Logto sent, or tried to send. */
export interface LoggedDelivery {
  readonly event: string;
  /** JSON. The log has its keys in another order than what was signed; a server that reads the log itself has the same bytes. */
  readonly body: string;
  /** When the attempt ended, in epoch milliseconds. */
  readonly at: number;
}

/** Logs are stored after the attempt has ended, and by another clock: so each look goes back that far, in milliseconds. */
const overlap = 60_000;

const Body = z.looseObject({ event: z.string() });

/**
 * Creates a function that returns what a webhook's log has got since the last call, oldest first, each delivery once.
 *
 * @param since - epoch milliseconds; what ended earlier is left out
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
    // Only when every page was read: what a failed look has seen is looked at again.
    from = Math.max(from, ...next.values());
    seen = new Map([...next].filter(([, at]) => at >= from - overlap));
    return found.toSorted((one, other) => one.at - other.at);
  };
}
