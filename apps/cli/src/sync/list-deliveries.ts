import type { ServerApi } from '../server/connect-server.ts';
import type { DeliveriesInput, DeliveryPage, ListedDelivery } from './sync-api-types.ts';

export type DeliveryFilter = Pick<DeliveriesInput, 'status' | 'event' | 'subject'>;

/** The server's maximum page size. */
const pageSize = 100;

/** Reads the newest deliveries, up to the limit. `isAll` is true if there are no more. */
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
    const page: DeliveryPage = await api.sync.deliveries.query(input); // oxlint-disable-line no-await-in-loop -- each page has the cursor of the next one
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, isAll: cursor === null };
}
