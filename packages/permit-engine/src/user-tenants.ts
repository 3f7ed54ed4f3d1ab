import type { UserTenantsQuery } from './query.ts';
import { compareValues } from './rego-order.ts';
import type { TenantDetails } from './result.ts';
import type { World } from './world.ts';

/** Lists the tenants that the user is a member of, `tenant-association` included, in the order of a Rego set. */
export function userTenants(world: World, query: UserTenantsQuery): readonly TenantDetails[] {
  const details: TenantDetails[] = [];
  for (const key of world.user(query.user.key)?.tenantRoles.keys() ?? []) {
    const tenant = world.tenant(key);
    if (tenant !== undefined) details.push({ attributes: tenant.attributes, key });
  }
  return details.toSorted(compareValues);
}
