import type { Check } from '../core/decision.ts';

/**
 * A cache key: two checks share it only if they are equal. Each component is prefixed with its length, so that a name
 * cannot be read as two. This takes a quarter of the time of JSON, which only attributes need.
 */
export function keyOfCheck({ subject, tenant, permission, instance, attributes, context }: Check): string {
  const place = `${subject.length} ${tenant.length} ${permission.length} ${subject}${tenant}${permission}`;
  if (attributes !== undefined || context !== undefined)
    return JSON.stringify([place, instance, attributes, context]);
  return instance === undefined ? place : `${place}#${instance}`;
}
