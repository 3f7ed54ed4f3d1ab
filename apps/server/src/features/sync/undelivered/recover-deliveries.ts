import {
  malformedPart,
  ownHooks,
  readDeliveryLog,
  type FailedDelivery,
  type LogtoManagement,
} from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import type { DeliveryStore } from '../inbox/delivery-store.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { type SyncState, causeOf, type Undelivered } from '../runs/sync-state.ts';

export interface RecoverDeps {
  readonly logto: Pick<LogtoManagement, 'hooks' | 'hookLogs'>;
  /** The keys by which the server's own webhook is identified. */
  readonly signingKeys: readonly string[];
  readonly inbox: Inbox;
  readonly deliveries: Pick<DeliveryStore, 'lastSentAt'>;
  readonly revocations: Pick<Revocations, 'gap'>;
  readonly state: Pick<SyncState, 'undelivered' | 'setUndelivered'>;
  readonly log: Pick<Logger, 'warn' | 'info'>;
}

/** The period of Logto's log to read, in epoch milliseconds, and the maximum number of pages to read. */
export interface LogWindow {
  readonly from: number;
  readonly to: number;
  readonly maxPages?: number;
}

/** Milliseconds that `latchkey webhook listen` has to forward a failed delivery. After that, it is considered lost. */
export const listenerPatience = 10_000;

/**
 * Reads failed deliveries from Logto's log into the inbox, except those that arrived another way. Records whether Logto
 * can deliver at all. Returns the number of new deliveries.
 * @throws {LogtoApiError}
 */
export async function recoverDeliveries(window: LogWindow, deps: RecoverDeps): Promise<number> {
  const { logto, signingKeys, deliveries, revocations, state, log } = deps;
  const { failed, deliveredAt = 0 } = await readDeliveryLog(logto, {
    ...window,
    hooksOf: (hooks) => ownHooks(hooks, signingKeys, isOwnEndpoint).ours,
  });
  const received = await receive(failed, deps);
  const [before, sentAt] = await Promise.all([state.undelivered(), deliveries.lastSentAt()]);
  // Failures from before the last arrival, or from a time without a server, say nothing about the current state.
  const arrivedAt = Math.max(deliveredAt, sentAt?.getTime() ?? 0, revocations.gap()?.endedAt ?? 0);
  const lost = received.filter(({ at }) => at > arrivedAt && at <= Date.now() - listenerPatience);
  const after = undeliveredAfter(before !== null && before.lastAt > arrivedAt ? before : null, lost);
  await state.setUndelivered(after);
  if (before === null && after !== null)
    log.warn({ status: after.status, cause: causeOf(after) }, 'Logto cannot deliver');
  if (before !== null && after === null) log.info('Logto delivers again');
  return received.length;
}

/** Compares only the path, because the server does not know its own public address. */
function isOwnEndpoint(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith('/api/webhooks/logto');
}

async function receive(
  failed: readonly FailedDelivery[],
  { inbox }: Pick<RecoverDeps, 'inbox'>,
): Promise<FailedDelivery[]> {
  const usable = failed.filter(({ event }) => malformedPart(event) === undefined);
  const results = await Promise.all(
    usable.map(({ body, event }) => inbox.receive(Buffer.from(body), event, 'recovered')),
  );
  return usable.filter((_, index) => results[index] === 'accepted');
}

function undeliveredAfter(before: Undelivered | null, lost: readonly FailedDelivery[]): Undelivered | null {
  const inOrder = lost.toSorted((one, other) => one.at - other.at);
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) return before;
  return {
    count: (before?.count ?? 0) + lost.length,
    since: before?.since ?? first.at,
    lastAt: last.at,
    status: last.status ?? null,
    address: addressOf(last.url),
  };
}

function addressOf(url: string): string {
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
