import { z } from 'zod';
import { standardId } from '../directory/identifiers.ts';
import type { OrganizationScope } from '../directory/records.ts';
import { defined, input, someChanges } from './input.ts';
import { byName, pagedIfRequested } from './paging.ts';
import { refuseDuplicateName } from './integrity.ts';
import { found, foundForUpdate, remove } from './request-error.ts';
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
  for (const role of directory.organizationRoles.values()) {
    if (role.scopeIds.includes(id)) {
      directory.organizationRoles.put(role.id, {
        ...role,
        scopeIds: role.scopeIds.filter((scopeId) => scopeId !== id),
      });
    }
  }
  return {};
}

export const organizationScopeRoutes: readonly Route[] = [
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
