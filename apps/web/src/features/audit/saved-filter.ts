import * as v from 'valibot';
import { AuditFilter } from './filters.ts';

/** The filter of a saved view, possibly saved by an older or newer console. */
export function filterOf(saved: Readonly<Record<string, string>>): AuditFilter {
  return v.parse(AuditFilter, saved);
}

/** A filter as it is stored, without unset fields. */
export function savedOf(filter: AuditFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

export function isSameFilter(one: AuditFilter, other: AuditFilter): boolean {
  return textOf(one) === textOf(other);
}

function textOf(filter: AuditFilter): string {
  return JSON.stringify(v.parse(AuditFilter, filter));
}
