import { isDeepStrictEqual } from 'node:util';
import { tenantKey } from '../mapping/permit-key.ts';
import type { Operation } from './operation.ts';
import { isManagedBySync, originAttribute } from './managed-by-sync.ts';
import type { LogtoOrganization, PermitTenantState } from './states.ts';

/** Returns the operations that make the tenant match the organization; empty when they already match. */
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

/**
 * For an organization that does not exist in Logto: deletes its tenant if sync has written it, with all roles and
 * instances in it.
 */
export function planGoneOrganization(permit: PermitTenantState | undefined): Operation[] {
  return permit === undefined || !isManagedBySync(permit) ? [] : [{ kind: 'delete-tenant', key: permit.key }];
}
