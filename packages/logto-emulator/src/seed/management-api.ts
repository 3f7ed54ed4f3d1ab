import type { Directory } from '../directory/directory.ts';

/** The same on every self-hosted Logto, whatever its address. */
export const managementApiIndicator = 'https://default.logto.app/api';

const resourceId = 'management-api';
const scopeId = 'management-api-all';
export const managementApiRoleId = 'management-api-access';

export function seedManagementApi(directory: Directory, now: number): void {
  if (directory.resources.has(resourceId)) return;
  const tenantId = 'default';
  directory.resources.put(resourceId, {
    tenantId,
    id: resourceId,
    name: 'Logto Management API',
    indicator: managementApiIndicator,
    isDefault: false,
    accessTokenTtl: 3600,
  });
  directory.scopes.put(scopeId, {
    tenantId,
    id: scopeId,
    resourceId,
    name: 'all',
    description: 'Default scope for Management API, allows all permissions.',
    createdAt: now,
  });
  directory.roles.put(managementApiRoleId, {
    tenantId,
    id: managementApiRoleId,
    name: 'Logto Management API access',
    description: 'This default role grants access to the Logto management API.',
    type: 'MachineToMachine',
    isDefault: false,
    scopeIds: [scopeId],
  });
}
