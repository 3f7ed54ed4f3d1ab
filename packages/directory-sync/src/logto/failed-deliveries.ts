import { LogtoEvent } from '../events/logto-event.ts';
import type { LogtoManagement } from './logto-management.ts';

/** A delivery that Logto could not make, out of its own log. */
export interface FailedDelivery {
  readonly logId: string;
  readonly hookId: string;
  readonly event: LogtoEvent;
  /** The log keeps its keys in another order than was signed, so no signature fits these bytes. */
  readonly body: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * The deliveries to an address that failed between two times (epoch milliseconds). Every attempt that ended is in
 * Logto's log with its whole body; one that a crash of Logto cut short is not.
 * @throws {LogtoApiError}
 */
export async function failedDeliveries(
  logto: Pick<LogtoManagement, 'hooks' | 'hookLogs'>,
  {
    from,
    to,
    isOwnEndpoint,
  }: { readonly from: number; readonly to: number; readonly isOwnEndpoint: (url: string) => boolean },
): Promise<FailedDelivery[]> {
  const failed: FailedDelivery[] = [];
  for (const { id: hookId, config } of await logto.hooks()) {
    if (config.url === undefined || !isOwnEndpoint(config.url)) continue;
    // oxlint-disable-next-line no-await-in-loop -- few hooks
    for await (const page of logto.hookLogs(hookId, { from, to })) {
      for (const { id: logId, createdAt: at, payload } of page) {
        if (payload.result !== 'Error') continue;
        const event = LogtoEvent.safeParse(payload.hookRequest?.body).data;
        if (event === undefined) continue;
        failed.push({ logId, hookId, event, body: JSON.stringify(payload.hookRequest?.body), at });
      }
    }
  }
  return failed;
}
