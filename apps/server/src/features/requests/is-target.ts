import { and, eq, isNull, type SQL } from 'drizzle-orm';
import type { accessGrants, accessRequests } from './tables.ts';
import type { TargetColumns } from './target.ts';

/** Matches rows for this role in the tenant or on this instance. */
export function isTarget(
  table: typeof accessRequests | typeof accessGrants,
  { role, resource, instance }: TargetColumns,
): SQL | undefined {
  return and(
    eq(table.role, role),
    resource === null ? isNull(table.resource) : eq(table.resource, resource),
    instance === null ? isNull(table.instance) : eq(table.instance, instance),
  );
}
