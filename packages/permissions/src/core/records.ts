export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Not an inherited one, because a key may be `constructor`. */
export function valueOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  convert: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value, key)]));
}

export function grouped<Item, Group>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  groupOf: (items: readonly Item[]) => Group,
): Record<string, Group> {
  const groups = [...Map.groupBy(items, keyOf)].map(([key, group]) => [key, groupOf(group)] as const);
  return Object.fromEntries(groups);
}
