import { LogtoEvent } from '../events/logto-event.ts';
import type { LogtoManagement } from './logto-management.ts';

/** A webhook delivery that failed, from Logto's own log. */
export interface FailedDelivery {
  /** The id of the log entry. */
  readonly logId: string;
  readonly hookId: string;
  readonly event: LogtoEvent;
  /** JSON. The log stores the keys in another order than the signed body, so the signature cannot be verified. */
  readonly body: string;
  /** The time of the log entry, in epoch milliseconds. */
  readonly at: number;
}

/**
 * The failed deliveries of the hooks whose URL satisfies `isOwnEndpoint`, between `from` and `to` (epoch milliseconds).
 * Logto's log has every attempt that ended, with the whole body. It does not have attempts that a crash of Logto interrupted.
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
