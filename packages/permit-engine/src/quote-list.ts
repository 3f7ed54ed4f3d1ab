const SHOWN = 10;

/** `['a', 'b']`, as debug output shows lists: cut after ten with `'...'`, and `[]` when empty. */
export function quoteList(items: readonly string[]): string {
  if (items.length === 0) return '[]';
  const shown = items.length > SHOWN ? [...items.slice(0, SHOWN), '...'] : items;
  return `['${shown.join("', '")}']`;
}

/**
 * The same for unordered keys, in sorted order. Stores only as many keys as are shown, so that a list of the
 * known tenants of a large environment need not sort all of them.
 */
export function quoteSorted(keys: Iterable<string>): string {
  const first: string[] = [];
  for (const key of keys) {
    if (first.length > SHOWN) {
      const last = first[SHOWN];
      if (last !== undefined && key >= last) continue;
      first.pop();
    }
    const at = first.findIndex((other) => key < other);
    first.splice(at === -1 ? first.length : at, 0, key);
  }
  return quoteList(first);
}
