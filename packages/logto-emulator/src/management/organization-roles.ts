import { z } from 'zod';
import { standardId } from '../directory/identifiers.ts';
import type { OrganizationRole } from '../directory/records.ts';
import { pick } from '../directory/granted-scopes.ts';
import { defined, ids, input, someChanges } from './input.ts';
import { byName, paged } from './paging.ts';
import { refuseDuplicateName, refuseUnknownIds } from './integrity.ts';
import { found, foundForUpdate } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { keyword } from './search.ts';

const fields = z.object({
  name: z.string().min(1).max(128),
  description: z.string().max(256).nullable().optional(),
});
const roleFields = fields.extend({ type: z.enum(['User', 'MachineToMachine']).optional() });
const roleCreation = roleFields.extend({
  organizationScopeIds: ids.default([]),
  resourceScopeIds: ids.default([]),
});

/** A role of the organization template without its scopes, as most routes show it. */
export function showOrganizationRole(
  role: OrganizationRole,
): Omit<OrganizationRole, 'scopeIds' | 'resourceScopeIds'> {
  const { scopeIds: _, resourceScopeIds: __, ...shown } = role;
  return shown;
}

export const findOrganizationRole = ({ logto, params }: Call): OrganizationRole =>
  found(logto.directory.organizationRoles.get(params['id'] ?? ''));

function listRoles(call: Call): Answer {
  const { organizationRoles, organizationScopes, scopes, resources } = call.logto.directory;
  const roles = [...organizationRoles.values()].filter(
    keyword<OrganizationRole>(call.query, ['id', 'name', 'description']),
  );
  return paged(call, roles.toSorted(byName), (role) => ({
    ...showOrganizationRole(role),
    scopes: pick(organizationScopes, role.scopeIds).map(({ id, name }) => ({ id, name })),
    resourceScopes: pick(scopes, role.resourceScopeIds).map(({ id, name, resourceId }) => {
      const resource = resources.get(resourceId);
      return { id, name, resource: { id: resourceId, name: resource?.name } };
    }),
  }));
}

function createRole({ logto: { directory }, body }: Call): Answer {
  const { organizationScopeIds, resourceScopeIds, ...given } = input(roleCreation, body);
  refuseDuplicateName(directory.organizationRoles, given.name);
  refuseUnknownIds(directory.organizationScopes, organizationScopeIds);
  refuseUnknownIds(directory.scopes, resourceScopeIds);
  const role: OrganizationRole = {
    tenantId: 'default',
    id: standardId(),
    name: given.name,
    description: given.description ?? null,
    type: given.type ?? 'User',
    scopeIds: organizationScopeIds,
    resourceScopeIds,
  };
  directory.organizationRoles.put(role.id, role);
  const withScopes = organizationScopeIds.length > 0 || resourceScopeIds.length > 0;
  return {
    status: 201,
    body: showOrganizationRole(role),
    events: withScopes ? [['OrganizationRole.Scopes.Updated', { organizationRoleId: role.id }]] : [],
  };
}

function changeRole(call: Call): Answer {
  const changes = someChanges(defined(input(roleFields.partial(), call.body)));
  const { organizationRoles } = call.logto.directory;
  const role = foundForUpdate(organizationRoles.get(call.params['id'] ?? ''), 'organization_role');
  refuseDuplicateName(organizationRoles, changes.name, role.id);
  const changed = { ...role, ...changes };
  organizationRoles.put(role.id, changed);
  return { body: showOrganizationRole(changed) };
}

function deleteRole({ logto: { directory }, params }: Call): Answer {
  const role = found(directory.organizationRoles.get(params['id'] ?? ''));
  directory.batch(() => {
    directory.organizationRoles.delete(role.id);
    for (const key of directory.memberships.keys()) {
      const membership = directory.memberships.get(key);
      if (membership?.roleIds.includes(role.id)) {
        directory.memberships.put(key, {
          ...membership,
          roleIds: membership.roleIds.filter((id) => id !== role.id),
        });
      }
    }
  });
  return {};
}

export const organizationRoleRoutes: readonly Route[] = [
  route('GET /organization-roles', { pages: true }, listRoles),
  route('POST /organization-roles', { raises: 'OrganizationRole.Created' }, createRole),
  route('GET /organization-roles/:id', (call) => ({
    body: showOrganizationRole(findOrganizationRole(call)),
  })),
  route('PATCH /organization-roles/:id', { raises: 'OrganizationRole.Data.Updated' }, changeRole),
  route('DELETE /organization-roles/:id', { raises: 'OrganizationRole.Deleted' }, deleteRole),
];
