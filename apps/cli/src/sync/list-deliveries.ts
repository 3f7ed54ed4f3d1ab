import type { ServerApi } from '../server/connect-server.ts';
import type { DeliveriesInput, DeliveryPage, ListedDelivery } from './sync-api-types.ts';

export type DeliveryFilter = Pick<DeliveriesInput, 'status' | 'event' | 'subject'>;

/** What the server gives at once. */
const pageSize = 100;

/** The newest, up to the limit; `isAll` says whether there are no more. */
export async function listDeliveries(
  api: ServerApi,
  filter: DeliveryFilter,
  limit: number,
): Promise<{ readonly items: readonly ListedDelivery[]; readonly isAll: boolean }> {
  const items: ListedDelivery[] = [];
  let cursor: DeliveryPage['nextCursor'] = null;
  do {
    const input: DeliveriesInput = {
      ...filter,
      limit: Math.min(pageSize, limit - items.length),
      ...(cursor === null ? {} : { cursor }),
    };
    const page: DeliveryPage = await api.sync.deliveries.query(input); // oxlint-disable-line no-await-in-loop -- each page names the next
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, isAll: cursor === null };
}
