import { isOutage } from './outage.ts';

/**
 * Runs a statement for a batch. When a value makes it fail, divides the batch until the bad item is alone, and calls
 * `onBadItem` for it, so that one item never fails the whole batch.
 * @throws the error of an outage, which is not about any item
 */
export async function divideBatch<Item>(
  items: readonly Item[],
  run: (items: readonly Item[]) => Promise<void>,
  onBadItem: (item: Item, error: unknown) => Promise<void>,
): Promise<void> {
  if (items.length === 0) return;
  try {
    await run(items);
  } catch (error) {
    if (isOutage(error)) throw error;
    const [only, ...others] = items;
    if (only !== undefined && others.length === 0) {
      await onBadItem(only, error);
      return;
    }
    const middle = Math.ceil(items.length / 2);
    await divideBatch(items.slice(0, middle), run, onBadItem);
    await divideBatch(items.slice(middle), run, onBadItem);
  }
}
