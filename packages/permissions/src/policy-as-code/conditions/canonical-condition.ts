import type { Condition } from '../../core/policy.ts';

const aliases: Readonly<Record<string, string>> = { and: 'allOf', or: 'anyOf' };

/**
 * The canonical form in which conditions are sent and compared: with an outer connective, and with `allOf` and `anyOf`
 * instead of their aliases. All conditions in Permit.io's documentation have an outer connective
 * (https://docs.permit.io/api/working-with-abac/building-conditions).
 */
export function canonicalCondition(where: Condition): Condition {
  const entries = Object.entries(where).map(canonicalEntry);
  const [first] = entries;
  const connected = entries.length === 1 && (first?.[0] === 'allOf' || first?.[0] === 'anyOf');
  return connected
    ? Object.fromEntries(entries)
    : { allOf: entries.map((entry) => Object.fromEntries([entry])) };
}

function canonicalEntry([key, value]: [string, unknown]): [string, unknown] {
  const name = aliases[key] ?? key;
  if (name === 'allOf' || name === 'anyOf')
    return [name, Array.isArray(value) ? value.map(canonicalPart) : value];
  return [name, name === 'not' ? canonicalPart(value) : value];
}

function canonicalPart(part: unknown): unknown {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).map(canonicalEntry))
    : part;
}
