import { defaultTenant } from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';

/** Returns the roles that sync manages in a tenant: they are assigned and removed in Logto. */
export function rolesFromLogto(tenant: string): ReadonlySet<string> {
  return tenant === defaultTenant ? directoryMapping.ownedInDefault : directoryMapping.ownedInOrganization;
}
