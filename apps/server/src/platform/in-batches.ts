/** Processes items in sequential batches of `concurrency`, and returns the results in order. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  process: (item: Item, index: number) => Promise<Result>,
  concurrency = 4,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += concurrency) {
    const batch = items.slice(start, start + concurrency);
    results.push(...(await Promise.all(batch.map((item, index) => process(item, start + index))))); // oxlint-disable-line no-await-in-loop -- sequential batches
  }
  return results;
}

/** Returns the first `limit` results of `find`, which processes at most `limit` items at a time. */
export async function firstFound<Item, Result>(
  items: readonly Item[],
  limit: number,
  find: (some: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const found: Result[] = [];
  for (let start = 0; start < items.length && found.length < limit; start += limit) {
    found.push(...(await find(items.slice(start, start + limit)))); // oxlint-disable-line no-await-in-loop -- until there are enough
  }
  return found.slice(0, limit);
}
