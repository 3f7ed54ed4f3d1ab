import { isDeepStrictEqual } from 'node:util';
import { tenantKey } from '../mapping/permit-key.ts';
import type { Operation } from './operation.ts';
import { isManagedBySync, originAttribute } from './managed-by-sync.ts';
import type { LogtoOrganization, PermitTenantState } from './states.ts';

/** The operations that make the tenant equal to the organization; none when it is equal already. */
export function planOrganization(
  organization: LogtoOrganization,
  permit: PermitTenantState | undefined,
): Operation[] {
  const tenant = {
    key: tenantKey(organization.id),
    name: organization.name,
    description: organization.description ?? null,
    attributes: { ...permit?.attributes, [originAttribute]: organization.id },
  };
  if (permit === undefined) return [{ kind: 'create-tenant', tenant }];
  return isDeepStrictEqual(tenant, permit) ? [] : [{ kind: 'update-tenant', tenant }];
}

/** For an organization that Logto does not have: deletes the tenant that sync has written, with all roles and instances in it. */
export function planGoneOrganization(permit: PermitTenantState | undefined): Operation[] {
  return permit === undefined || !isManagedBySync(permit) ? [] : [{ kind: 'delete-tenant', key: permit.key }];
}
