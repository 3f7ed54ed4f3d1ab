import type { Check } from '../decision.ts';

/**
 * A text that two checks share only when they ask the same. Each part has its length before it, so that no name can pretend to be
 * two: that takes a quarter of the time of JSON, which only attributes need.
 */
export function keyOfCheck({ subject, tenant, permission, instance, attributes, context }: Check): string {
  const place = `${subject.length} ${tenant.length} ${permission.length} ${subject}${tenant}${permission}`;
  if (attributes !== undefined || context !== undefined)
    return JSON.stringify([place, instance, attributes, context]);
  return instance === undefined ? place : `${place}#${instance}`;
}
