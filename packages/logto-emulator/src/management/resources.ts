import { z } from 'zod';
import { removeReferences } from '../directory/directory.ts';
import { standardId } from '../directory/identifiers.ts';
import type { Resource, Scope } from '../directory/records.ts';
import { managementApiIndicator } from '../seed/management-api.ts';
import { defined, input, isYes, someChanges } from './input.ts';
import { paged, pagedIfRequested } from './paging.ts';
import { found, foundForUpdate, RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { searchBy } from './search.ts';

const creation = z.object({
  name: z.string().min(1),
  indicator: z.string().min(1),
  accessTokenTtl: z.number().default(3600),
});
const changes = creation.omit({ indicator: true }).extend({ accessTokenTtl: z.number() }).partial();
const scopeFields = z.object({
  name: z.string().min(1).max(256),
  description: z.string().nullable().optional(),
});

const findResource = ({ logto, params }: Call, parameter = 'id'): Resource =>
  found(logto.directory.resources.get(params[parameter] ?? ''), params[parameter], 'resources');

/** Refuses to change the built-in resource of the Management API. */
function changeable(call: Call, parameter = 'id', code: 'modify' | 'delete' = 'modify'): Resource {
  const resource = findResource(call, parameter);
  if (resource.indicator === managementApiIndicator)
    throw new RequestError(`resource.cannot_${code}_management_api`);
  return resource;
}

function listResources(call: Call): Answer {
  const { resources, scopes } = call.logto.directory;
  const withScopes = isYes(call.query.get('includeScopes'));
  return pagedIfRequested(call, [...resources.values()], (resource) =>
    withScopes ? { ...resource, scopes: scopes.findBy('resource', resource.id) } : resource,
  );
}

function createResource({ logto: { directory }, body }: Call): Answer {
  const { name, indicator, accessTokenTtl } = input(creation, body);
  if (directory.resources.findBy('indicator', indicator).length > 0) {
    throw new RequestError('resource.resource_identifier_in_use', 422, { indicator });
  }
  const resource: Resource = {
    tenantId: 'default',
    id: standardId(),
    name,
    indicator,
    isDefault: false,
    accessTokenTtl,
  };
  directory.resources.put(resource.id, resource);
  return { status: 201, body: { ...resource, scopes: [] } };
}

function changeResource(call: Call): Answer {
  const given = defined(input(changes, call.body));
  const changed = { ...changeable(call), ...someChanges(given) };
  call.logto.directory.resources.put(changed.id, changed);
  return { body: changed };
}

/** Only one resource is the default. */
function setDefault(call: Call): Answer {
  const { resources } = call.logto.directory;
  const { isDefault } = input(z.object({ isDefault: z.boolean() }), call.body);
  const resource = isDefault
    ? foundForUpdate(resources.get(call.params['id'] ?? ''), 'resource')
    : findResource(call);
  if (isDefault) {
    for (const other of resources.values())
      if (other.isDefault) resources.put(other.id, { ...other, isDefault: false });
  }
  resources.put(resource.id, { ...resource, isDefault });
  return { body: { ...resource, isDefault } };
}

function dropScope({ logto: { directory } }: Call, scopeId: string): void {
  directory.scopes.delete(scopeId);
  removeReferences(directory.roles, 'scopeIds', scopeId);
  removeReferences(directory.organizationRoles, 'resourceScopeIds', scopeId);
}

function deleteResource(call: Call): Answer {
  const { directory } = call.logto;
  const { id } = changeable(call, 'id', 'delete');
  for (const scope of directory.scopes.findBy('resource', id)) dropScope(call, scope.id);
  directory.resources.delete(id);
  return {};
}

function refuseSpaces(name: string): void {
  if (/\s/.test(name)) throw new RequestError('scope.name_with_space');
}

function refuseName(
  call: Call,
  resourceId: string,
  { name, self }: { name: string | undefined; self?: string | undefined },
): void {
  if (name === undefined) return;
  refuseSpaces(name);
  const same = call.logto.directory.scopes
    .findBy('resource', resourceId)
    .filter((scope) => scope.name === name);
  if (same.some(({ id }) => id !== self)) throw new RequestError('scope.name_exists', 422, { name });
}

function createScope(call: Call): Answer {
  const { name, description = null } = input(scopeFields, call.body);
  refuseSpaces(name);
  const { id: resourceId } = changeable(call, 'resourceId');
  refuseName(call, resourceId, { name });
  const scope: Scope = {
    tenantId: 'default',
    id: standardId(),
    resourceId,
    name,
    description,
    createdAt: call.logto.clock.now(),
  };
  call.logto.directory.scopes.put(scope.id, scope);
  return { status: 201, body: scope };
}

/** As in Logto, the scope need not belong to the resource in the path. */
const scopeOf = ({ logto, params }: Call): Scope | undefined =>
  logto.directory.scopes.get(params['scopeId'] ?? '');

function changeScope(call: Call): Answer {
  const given = defined(input(scopeFields.partial(), call.body));
  const { id } = changeable(call, 'resourceId');
  refuseName(call, id, { name: given.name, self: call.params['scopeId'] });
  someChanges(given);
  const changed = { ...foundForUpdate(scopeOf(call), 'scope'), ...given };
  call.logto.directory.scopes.put(changed.id, changed);
  return { body: changed };
}

export const resourceRoutes: readonly Route[] = [
  route('GET /resources', { pages: true }, listResources),
  route('POST /resources', createResource),
  route('GET /resources/:id', (call) => ({ body: findResource(call) })),
  route('PATCH /resources/:id', changeResource),
  route('PATCH /resources/:id/is-default', setDefault),
  route('DELETE /resources/:id', deleteResource),
  route('GET /resources/:resourceId/scopes', { pages: true }, (call) => {
    const matches = searchBy<Scope>(call.query, ['id', 'name', 'description']);
    const scopes = call.logto.directory.scopes.findBy('resource', call.params['resourceId'] ?? '');
    return paged(call, call.logto.unordered(scopes.filter(matches).toReversed()));
  }),
  route('POST /resources/:resourceId/scopes', { raises: 'Scope.Created' }, createScope),
  route('PATCH /resources/:resourceId/scopes/:scopeId', { raises: 'Scope.Data.Updated' }, changeScope),
  route('DELETE /resources/:resourceId/scopes/:scopeId', { raises: 'Scope.Deleted' }, (call) => {
    changeable(call, 'resourceId');
    dropScope(call, found(scopeOf(call)).id);
    return {};
  }),
];
