import { LogtoEvent } from '../events/logto-event.ts';
import type { LogtoHook, LogtoManagement } from './logto-management.ts';

/** A webhook delivery that failed, from Logto's own log. */
export interface FailedDelivery {
  /** The id of the log entry. */
  readonly logId: string;
  readonly hookId: string;
  /** The URL that the webhook has now. */
  readonly url: string;
  readonly event: LogtoEvent;
  /** JSON. The log stores the keys in another order than the signed body, so the signature cannot be verified. */
  readonly body: string;
  /** The time of the log entry, in epoch milliseconds. */
  readonly at: number;
  /** The HTTP status that the endpoint answered; `undefined` when there was no answer. */
  readonly status: number | undefined;
}

/** What the logs of some webhooks say about a period. */
export interface DeliveryLog {
  readonly failed: FailedDelivery[];
  /** The time of the newest delivery that succeeded, in epoch milliseconds; `undefined` when none did. */
  readonly deliveredAt: number | undefined;
}

export interface DeliveryLogOptions {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Which webhooks to read. */
  readonly hooksOf: (hooks: readonly LogtoHook[]) => readonly LogtoHook[];
  /** Pages of 100 entries, newest first, that are read of each webhook at most. Default: all. */
  readonly maxPages?: number;
}

/**
 * Reads the deliveries of some webhooks from Logto's own log. It has every attempt that ended, with the whole body. It does not
 * have attempts that a crash of Logto interrupted.
 * @throws {LogtoApiError}
 */
export async function readDeliveryLog(
  logto: Pick<LogtoManagement, 'hooks' | 'hookLogs'>,
  { from, to, hooksOf, maxPages = Number.POSITIVE_INFINITY }: DeliveryLogOptions,
): Promise<DeliveryLog> {
  const failed: FailedDelivery[] = [];
  let deliveredAt: number | undefined;
  for (const { id: hookId, config } of hooksOf(await logto.hooks())) {
    const { url } = config;
    if (url === undefined) continue;
    let pages = 0;
    // oxlint-disable-next-line no-await-in-loop -- few hooks
    for await (const page of logto.hookLogs(hookId, { from, to })) {
      for (const { id: logId, createdAt: at, payload } of page) {
        if (payload.result === 'Success') deliveredAt = Math.max(at, deliveredAt ?? 0);
        if (payload.result !== 'Error') continue;
        const event = LogtoEvent.safeParse(payload.hookRequest?.body).data;
        if (event === undefined) continue;
        const body = JSON.stringify(payload.hookRequest?.body);
        failed.push({ logId, hookId, url, event, body, at, status: payload.response?.statusCode });
      }
      if (++pages >= maxPages) break;
    }
  }
  return { failed, deliveredAt };
}
