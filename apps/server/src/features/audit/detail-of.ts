import type { Actor, AuditEvent, ChangeRecord } from './audit-event.ts';

/** Maximum characters of a detail's JSON, without `leftOut`. */
const maxDetailLength = 8_192;
/** Maximum characters of a text that is truncated. */
const maxTextLength = 256;

/**
 * Returns as much of the detail as fits: short values before long ones, only the beginning of lists and texts, and
 * `after` before `before`. `leftOut` is the number of omitted characters of JSON.
 */
export function detailOf(
  detail: Pick<ChangeRecord, 'before' | 'after' | 'cause'> & Pick<Actor, 'actsFor' | 'via'>,
): AuditEvent['detail'] {
  // PostgreSQL does not accept NUL in `jsonb`.
  const json = JSON.stringify(detail).replaceAll('\\u0000', '\\ufffd');
  if (json === '{}') return null;
  const whole: AuditEvent['detail'] = JSON.parse(json);
  if (whole === null || json.length <= maxDetailLength) return whole;
  const { actsFor, via, cause, after, before } = whole;
  const ordered = Object.entries({ actsFor, via, cause, after, before });
  const fitted = Object.fromEntries(fittingEntries(ordered, maxDetailLength));
  return { ...fitted, leftOut: json.length - JSON.stringify(fitted).length };
}

/** Returns the value truncated to the available space; `undefined` when nothing fits. */
function fitting(value: unknown, available: number): unknown {
  const { length } = JSON.stringify(value);
  if (length <= available) return value;
  if (Array.isArray(value)) {
    const items = fittingEntries(
      value.map((item, index) => [`${index}`, item] as const),
      available,
    );
    return items.length === 0 ? undefined : items.map(([, item]) => item);
  }
  if (typeof value === 'object' && value !== null) {
    const byLength = Object.entries(value).toSorted(([, one], [, other]) => lengthOf(one) - lengthOf(other));
    const entries = fittingEntries(byLength, available);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  // In JSON, an escaped character takes up to six characters.
  const characters = Math.min(maxTextLength, Math.floor(available / 6) - 1);
  return typeof value === 'string' && characters > 0
    ? `${value.slice(0, characters).toWellFormed()}…`
    : undefined;
}

function fittingEntries(
  entries: readonly (readonly [string, unknown])[],
  available: number,
): (readonly [string, unknown])[] {
  // The brackets take two characters; each key has quotes, a colon and a comma.
  let left = available - 2;
  return entries.flatMap(([key, value]) => {
    const ofKey = JSON.stringify(key).length + 2;
    const fitted = value === undefined ? undefined : fitting(value, left - ofKey);
    if (fitted === undefined) return [];
    left -= ofKey + lengthOf(fitted);
    return [[key, fitted] as const];
  });
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value).length;
}
