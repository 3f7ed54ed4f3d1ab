/** Processes items in sequential batches of `concurrency`, and returns the results in order. */
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
