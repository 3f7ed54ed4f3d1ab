/** Returns the results in order. `concurrency`: 1 when each item depends on those before it. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  process: (item: Item) => Promise<Result>,
  concurrency = 4,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += concurrency) {
    results.push(...(await Promise.all(items.slice(start, start + concurrency).map(process)))); // oxlint-disable-line no-await-in-loop -- sequential batches
  }
  return results;
}
