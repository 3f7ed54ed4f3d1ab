function leaf(value: unknown): string {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? 'timestamp' : 'string';
  if (typeof value === 'number') return value > 1e12 ? 'epoch milliseconds' : 'number';
  return value === null ? 'null' : typeof value;
}

type Shape = string | readonly (readonly [string, Shape])[] | { readonly list: readonly Shape[] };

/** Logto sends it from 1.43 on; the recorded deliveries are of 1.42. */
const isNewer = (key: string): boolean => key === 'cimdClientId';

/** The keys of a payload in order, with the type of each value. `ignore` names keys whose type may differ. */
export function shapeOf(value: unknown, ignore: Readonly<Record<string, true>> = {}): Shape {
  if (Array.isArray(value)) return { list: value.map((item) => shapeOf(item, ignore)) };
  if (typeof value !== 'object' || value === null) return leaf(value);
  return Object.entries(value)
    .filter(([key]) => !isNewer(key))
    .map(([key, item]) => [key, ignore[key] ? 'ignored' : shapeOf(item, ignore)] as const);
}
