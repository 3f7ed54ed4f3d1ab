import { z } from 'zod';
import { removeReferences } from '../directory/directory.ts';
import { pick } from '../directory/granted-scopes.ts';
import { standardId } from '../directory/identifiers.ts';
import type { Application, Role, User, Scope } from '../directory/records.ts';
import { managementApiIndicator } from '../seed/management-api.ts';
import { defined, ids, input, someChanges, someIds } from './input.ts';
import { paged, pagedIfRequested } from './paging.ts';
import { found, RequestError, without } from './request-error.ts';
import { route, type Answer, type Call, type Raised, type Route } from './route.ts';
import { searchBy } from './search.ts';

const types = z.enum(['User', 'MachineToMachine']);
const listQuery = z.object({ type: types.optional() });
const fields = z.object({
  name: z.string().min(1).max(128),
  description: z.string().min(1).max(128),
  type: types.default('User'),
  isDefault: z.boolean().default(false),
  scopeIds: ids.optional(),
});
const changes = fields.pick({ name: true, description: true }).extend({ isDefault: z.boolean() }).partial();

export function showRole(role: Role): Omit<Role, 'scopeIds'> {
  const { scopeIds: _, ...shown } = role;
  return shown;
}

export const findRole = ({ logto, params }: Call): Role =>
  found(logto.directory.roles.get(params['id'] ?? ''), params['id'], 'roles');

function refuseTaken({ logto }: Call, name?: string, self?: string): void {
  if (name === undefined || logto.directory.roles.findBy('name', name).every(({ id }) => id === self)) return;
  throw new RequestError('role.name_in_use', 422, { name });
}

/** One pass over all users and applications. */
function holders(call: Call, roleIds: ReadonlySet<string>) {
  const { users, applications } = call.logto.directory;
  const byRole = new Map(
    [...roleIds].map((id) => [id, { users: [] as User[], applications: [] as Application[] }]),
  );
  for (const user of users.values()) for (const id of user.roleIds) byRole.get(id)?.users.push(user);
  for (const application of applications.values()) {
    for (const id of application.roleIds) byRole.get(id)?.applications.push(application);
  }
  return byRole;
}

function listRoles(call: Call): Answer {
  const { directory } = call.logto;
  const { query } = call;
  const { type } = input(listQuery, Object.fromEntries(query), 'query');
  const matches = searchBy<Role>(query, ['id', 'name', 'description']);
  const excluded = new Set([
    ...(directory.users.get(query.get('excludeUserId') ?? '')?.roleIds ?? []),
    ...(directory.applications.get(query.get('excludeApplicationId') ?? '')?.roleIds ?? []),
  ]);
  const roles = call.logto.unordered(
    [...directory.roles.values()]
      .filter((role) => matches(role) && !excluded.has(role.id) && (!type || role.type === type))
      .toReversed(),
  );
  const page = paged(call, roles, (role) => role.id);
  const held = holders(call, new Set(z.array(z.string()).parse(page.body)));
  return paged(call, roles, (role) => {
    const { users, applications } = held.get(role.id) ?? { users: [], applications: [] };
    return {
      ...showRole(role),
      usersCount: users.length,
      featuredUsers: users.slice(0, 3).map(({ id, avatar, name }) => ({ id, avatar, name })),
      applicationsCount: applications.length,
      featuredApplications: applications
        .slice(0, 3)
        .map(({ id, name, type: kind }) => ({ id, name, type: kind })),
    };
  });
}

function createRole(call: Call): Answer {
  const { scopeIds, ...given } = input(fields, call.body);
  refuseTaken(call, given.name);
  const { roles } = call.logto.directory;
  const role: Role = { tenantId: 'default', id: standardId(), ...given, scopeIds: [] };
  // Stored first: as in Logto, the role remains when one of its scopes is refused.
  roles.put(role.id, role);
  if (scopeIds?.length === 0) throw new RequestError('entity.invalid_input', 422);
  const data = assignableScopes(call, role, scopeIds ?? []);
  roles.put(role.id, { ...role, scopeIds: scopeIds ?? [] });
  const events: Raised[] = scopeIds === undefined ? [] : [['Role.Scopes.Updated', { roleId: role.id, data }]];
  return { body: showRole(role), events };
}

function changeRole(call: Call): Answer {
  const given = defined(input(changes, call.body));
  const role = findRole(call);
  refuseTaken(call, given.name, role.id);
  const changed = { ...role, ...someChanges(given) };
  call.logto.directory.roles.put(role.id, changed);
  return { body: showRole(changed) };
}

function deleteRole(call: Call): Answer {
  const { directory } = call.logto;
  const { id } = findRole(call);
  directory.roles.delete(id);
  removeReferences(directory.users, 'roleIds', id);
  removeReferences(directory.applications, 'roleIds', id);
  return {};
}

/** Refuses scopes of the Management API for roles of users. */
function assignableScopes({ logto: { directory } }: Call, role: Role, scopeIds: readonly string[]): Scope[] {
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

export const roleRoutes: readonly Route[] = [
  route('GET /roles', { pages: true }, listRoles),
  route('POST /roles', { raises: 'Role.Created' }, createRole),
  route('GET /roles/:id', (call) => ({ body: showRole(findRole(call)) })),
  route('PATCH /roles/:id', { raises: 'Role.Data.Updated' }, changeRole),
  route('DELETE /roles/:id', { raises: 'Role.Deleted' }, deleteRole),
  route('GET /roles/:id/scopes', { pages: true }, listScopes),
  route('POST /roles/:id/scopes', { raises: 'Role.Scopes.Updated' }, addScopes),
  route('DELETE /roles/:id/scopes/:scopeId', { raises: 'Role.Scopes.Updated' }, removeScope),
];
