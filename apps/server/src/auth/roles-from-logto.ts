import { defaultTenant } from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';

/** The roles that sync takes from Logto in a tenant: they are given and taken there. */
export function rolesFromLogto(tenant: string): ReadonlySet<string> {
  return tenant === defaultTenant ? directoryMapping.ownedInDefault : directoryMapping.ownedInOrganization;
}
