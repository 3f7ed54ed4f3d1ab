import { z } from 'zod';
import { removeReferences } from '../directory/directory.ts';
import { pick } from '../directory/granted-scopes.ts';
import { standardId } from '../directory/identifiers.ts';
import type { OrganizationScope, OrganizationRole } from '../directory/records.ts';
import { defined, input, someChanges, ids, someIds } from './input.ts';
import { byName, pagedIfRequested, paged } from './paging.ts';
import {
  refuseDuplicateName,
  found,
  foundForUpdate,
  remove,
  refuseUnknownIds,
  RequestError,
  without,
} from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { keyword } from './search.ts';

const fields = z.object({
  name: z.string().min(1).max(128),
  description: z.string().max(256).nullable().optional(),
});

const findScope = ({ logto, params }: Call): OrganizationScope =>
  found(logto.directory.organizationScopes.get(params['id'] ?? ''), params['id'], 'organization_scopes');

function createScope({ logto: { directory }, body }: Call): Answer {
  const { name, description = null } = input(fields, body);
  refuseDuplicateName(directory.organizationScopes, name);
  const scope: OrganizationScope = { tenantId: 'default', id: standardId(), name, description };
  directory.organizationScopes.put(scope.id, scope);
  return { status: 201, body: scope };
}

function changeScope(call: Call): Answer {
  const changes = someChanges(defined(input(fields.partial(), call.body)));
  const { organizationScopes } = call.logto.directory;
  const scope = foundForUpdate(organizationScopes.get(call.params['id'] ?? ''), 'organization_scope');
  refuseDuplicateName(organizationScopes, changes.name, scope.id);
  const changed = { ...scope, ...changes };
  organizationScopes.put(scope.id, changed);
  return { body: changed };
}

function deleteScope({ logto: { directory }, params }: Call): Answer {
  const { id = '' } = params;
  remove(directory.organizationScopes, id);
  removeReferences(directory.organizationRoles, 'scopeIds', id);
  return {};
}

const roleFields = fields.extend({ type: z.enum(['User', 'MachineToMachine']).optional() });
const roleCreation = roleFields.extend({
  organizationScopeIds: ids.default([]),
  resourceScopeIds: ids.default([]),
});

/** Without its scopes, as most routes show it. */
export function showOrganizationRole(
  role: OrganizationRole,
): Omit<OrganizationRole, 'scopeIds' | 'resourceScopeIds'> {
  const { scopeIds: _, resourceScopeIds: __, ...shown } = role;
  return shown;
}

const findOrganizationRole = ({ logto, params }: Call): OrganizationRole =>
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

function deleteRole(call: Call): Answer {
  const { directory } = call.logto;
  const role = findOrganizationRole(call);
  directory.organizationRoles.delete(role.id);
  removeReferences(directory.memberships, 'roleIds', role.id);
  return {};
}

type Relation = 'scopeIds' | 'resourceScopeIds';

/** Refuses a missing role as Logto does: with a foreign-key error. */
const findReferencedRole = (call: Call): OrganizationRole => {
  const role = call.logto.directory.organizationRoles.get(call.params['id'] ?? '');
  if (role === undefined) throw new RequestError('entity.relation_foreign_key_not_found', 422);
  return role;
};

/** Organization scopes of the template, or scopes of API resources. */
function relationRoutes(relation: Relation): Route[] {
  const [path, name, parameter] =
    relation === 'scopeIds'
      ? (['scopes', 'organizationScopeIds', 'organizationScopeId'] as const)
      : (['resource-scopes', 'scopeIds', 'scopeId'] as const);
  const collection = ({ logto: { directory } }: Call) =>
    relation === 'scopeIds' ? directory.organizationScopes : directory.scopes;
  const set = (call: Call, role: OrganizationRole, scopeIds: readonly string[]): void => {
    refuseUnknownIds(collection(call), scopeIds);
    call.logto.directory.organizationRoles.put(role.id, { ...role, [relation]: [...new Set(scopeIds)] });
  };
  // Changing the scopes of API resources raises no event.
  const raises = relation === 'scopeIds' ? ({ raises: 'OrganizationRole.Scopes.Updated' } as const) : {};
  const url = `/organization-roles/:id/${path}`;
  return [
    route(`GET ${url}`, { pages: true }, (call) =>
      pagedIfRequested(call, pick<object>(collection(call), findOrganizationRole(call)[relation])),
    ),
    route(`POST ${url}`, raises, (call) => {
      const { [name]: given } = input(z.object({ [name]: someIds }), call.body);
      const role = findReferencedRole(call);
      set(call, role, [...role[relation], ...(given ?? [])]);
      return { status: 201 };
    }),
    route(`PUT ${url}`, raises, (call) => {
      const { [name]: given } = input(z.object({ [name]: ids }), call.body);
      set(call, findReferencedRole(call), given ?? []);
      return {};
    }),
    route(`DELETE ${url}/:${parameter}`, raises, (call) => {
      const role = findOrganizationRole(call);
      set(call, role, without(role[relation], call.params[parameter]));
      return {};
    }),
  ];
}

export const organizationTemplateRoutes: readonly Route[] = [
  route('GET /organization-roles', { pages: true }, listRoles),
  route('POST /organization-roles', { raises: 'OrganizationRole.Created' }, createRole),
  route('GET /organization-roles/:id', (call) => ({
    body: showOrganizationRole(findOrganizationRole(call)),
  })),
  route('PATCH /organization-roles/:id', { raises: 'OrganizationRole.Data.Updated' }, changeRole),
  route('DELETE /organization-roles/:id', { raises: 'OrganizationRole.Deleted' }, deleteRole),
  ...relationRoutes('scopeIds'),
  ...relationRoutes('resourceScopeIds'),
  route('GET /organization-scopes', { pages: true }, (call) => {
    const scopes = [...call.logto.directory.organizationScopes.values()];
    const wanted = scopes.filter(keyword<OrganizationScope>(call.query, ['name']));
    return pagedIfRequested(call, wanted.toSorted(byName));
  }),
  route('POST /organization-scopes', { raises: 'OrganizationScope.Created' }, createScope),
  route('GET /organization-scopes/:id', (call) => ({ body: findScope(call) })),
  route('PATCH /organization-scopes/:id', { raises: 'OrganizationScope.Data.Updated' }, changeScope),
  route('DELETE /organization-scopes/:id', { raises: 'OrganizationScope.Deleted' }, deleteScope),
];
