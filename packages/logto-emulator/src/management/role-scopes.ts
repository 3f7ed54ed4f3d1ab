import { z } from 'zod';
import type { Role, Scope } from '../directory/records.ts';
import { pick } from '../directory/granted-scopes.ts';
import { managementApiIndicator } from '../seed/management-api.ts';
import { input, someIds } from './input.ts';
import { pagedIfRequested } from './paging.ts';
import { found, RequestError, without } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { searchBy } from './search.ts';

/**
 * Returns the scopes when this role may have them: scopes of the Management API are only for machine-to-machine
 * roles.
 */
export function assignableScopes(
  { logto: { directory } }: Call,
  role: Role,
  scopeIds: readonly string[],
): Scope[] {
  const held = scopeIds.find((id) => role.scopeIds.includes(id));
  if (held !== undefined) throw new RequestError('role.scope_exists', 422, { scopeId: held });
  return scopeIds.map((id) => {
    const scope = found(directory.scopes.get(id), id, 'scopes');
    const indicator = directory.resources.get(scope.resourceId)?.indicator;
    if (role.type === 'User' && indicator === managementApiIndicator) {
      throw new RequestError('role.management_api_scopes_not_assignable_to_user_role');
    }
    return scope;
  });
}

const findRole = ({ logto, params }: Call): Role =>
  found(logto.directory.roles.get(params['id'] ?? ''), params['id'], 'roles');

function listScopes(call: Call): Answer {
  const { scopes, resources } = call.logto.directory;
  const matches = searchBy<Scope>(call.query, ['id', 'name', 'description']);
  const held = call.logto.unordered(pick(scopes, findRole(call).scopeIds).filter(matches).toReversed());
  return pagedIfRequested(call, held, (scope) => ({ ...scope, resource: resources.get(scope.resourceId) }));
}

function addScopes(call: Call): Answer {
  const { directory } = call.logto;
  const { scopeIds } = input(z.object({ scopeIds: someIds }), call.body);
  const role = findRole(call);
  assignableScopes(call, role, scopeIds);
  const all = [...role.scopeIds, ...scopeIds];
  directory.roles.put(role.id, { ...role, scopeIds: all });
  return { status: 201, body: call.logto.unordered(pick(directory.scopes, all).toReversed()) };
}

function removeScope(call: Call): Answer {
  const role = found(call.logto.directory.roles.get(call.params['id'] ?? ''));
  const scopeIds = without(role.scopeIds, call.params['scopeId']);
  call.logto.directory.roles.put(role.id, { ...role, scopeIds });
  return {};
}

export const roleScopeRoutes: readonly Route[] = [
  route('GET /roles/:id/scopes', { pages: true }, listScopes),
  route('POST /roles/:id/scopes', { raises: 'Role.Scopes.Updated' }, addScopes),
  route('DELETE /roles/:id/scopes/:scopeId', { raises: 'Role.Scopes.Updated' }, removeScope),
];
