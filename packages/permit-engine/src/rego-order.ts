/** Rego's order, in which its sets are listed: by type, then lists by element, and objects by key and value. */
export function compareValues(a: unknown, b: unknown): number {
  const [left, right] = [rank(a), rank(b)];
  if (left !== right) return left - right;
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b);
  if (a instanceof Set && b instanceof Set) return compareLists(sorted(a), sorted(b));
  if (isRecord(a) && isRecord(b)) return compareRecords(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  return Number(a) - Number(b);
}

export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const RANKS = ['null', 'boolean', 'number', 'string', 'list', 'object', 'set'];

function rank(value: unknown): number {
  if (value === null) return RANKS.indexOf('null');
  if (value instanceof Set) return RANKS.indexOf('set');
  return RANKS.indexOf(Array.isArray(value) ? 'list' : typeof value);
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [at, value] of a.entries()) {
    if (at >= b.length) break;
    const order = compareValues(value, b[at]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareRecords(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): number {
  const [keys, others] = [keysOf(a), keysOf(b)];
  for (const [at, key] of keys.entries()) {
    const other = others[at];
    if (other === undefined) break;
    const order = compareStrings(key, other) || compareValues(a[key], b[other]);
    if (order !== 0) return order;
  }
  return keys.length - others.length;
}

function sorted(set: ReadonlySet<unknown>): readonly unknown[] {
  return [...set].toSorted(compareValues);
}

/** `undefined` counts as absent, as in JSON. */
function keysOf(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .toSorted();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
