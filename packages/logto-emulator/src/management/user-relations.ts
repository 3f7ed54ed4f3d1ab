import { z } from 'zod';
import type { Role } from '../directory/records.ts';
import { membershipsOf, organizationRolesOf, rolesOf } from '../directory/granted-scopes.ts';
import { ids, input } from './input.ts';
import { paged } from './paging.ts';
import { found, RequestError } from './request-error.ts';
import { showRole } from './roles.ts';
import type { Answer, Call, Route } from './route.ts';
import { searchBy } from './search.ts';
import { findUser } from './users.ts';

const roleIdsBody = z.object({ roleIds: ids });

function userRolesOf(call: Call): Role[] {
  return rolesOf(call.logto.directory, findUser(call)).filter(({ type }) => type === 'User');
}

/** The roles with these ids. All must be roles for users. */
function assignable({ logto }: Call, roleIds: readonly string[]): void {
  for (const id of roleIds) {
    if (found(logto.directory.roles.get(id), id, 'roles').type === 'User') continue;
    throw new RequestError('user.invalid_role_type', 422);
  }
}

/** Assigning and removing a role raises no event. */
function setRoles({ logto, params }: Call, roleIds: readonly string[]): void {
  const user = found(logto.directory.users.get(params['userId'] ?? ''));
  logto.directory.users.put(user.id, { ...user, roleIds });
}

function addRoles(call: Call): Answer {
  const user = findUser(call);
  const { roleIds } = input(roleIdsBody, call.body);
  const addedRoleIds = roleIds.filter((id) => !user.roleIds.includes(id));
  assignable(call, addedRoleIds);
  setRoles(call, [...new Set([...user.roleIds, ...addedRoleIds])]);
  return { status: 201, body: { roleIds, addedRoleIds } };
}

function replaceRoles(call: Call): Answer {
  findUser(call);
  const roleIds = [...new Set(input(roleIdsBody, call.body).roleIds)];
  assignable(call, roleIds);
  setRoles(call, roleIds);
  return { body: { roleIds } };
}

function removeRole(call: Call): Answer {
  const { roleId = '' } = call.params;
  const user = findUser(call);
  if (!user.roleIds.includes(roleId)) throw new RequestError('entity.not_found', 404);
  setRoles(
    call,
    user.roleIds.filter((id) => id !== roleId),
  );
  return {};
}

function organizations(call: Call): Answer {
  const { directory } = call.logto;
  const user = findUser(call);
  const body = call.logto.unordered(membershipsOf(directory, user.id)).map((membership) => ({
    ...directory.organizations.get(membership.organizationId),
    organizationRoles: organizationRolesOf(directory, membership).map(({ id, name }) => ({ id, name })),
  }));
  return { body };
}

const identity = z.object({ userId: z.string(), details: z.record(z.string(), z.unknown()).optional() });

function putIdentity(call: Call): Answer {
  const user = findUser(call);
  const { userId, details } = input(identity, call.body);
  const identities = { ...user.identities, [call.params['target'] ?? '']: { userId, details } };
  call.logto.directory.users.put(user.id, { ...user, identities, updatedAt: call.logto.clock.now() });
  return { status: 201, body: identities };
}

function deleteIdentity(call: Call): Answer {
  const user = findUser(call);
  const { [call.params['target'] ?? '']: gone, ...identities } = user.identities;
  if (gone === undefined) throw new RequestError('user.identity_not_exist', 404);
  call.logto.directory.users.put(user.id, { ...user, identities, updatedAt: call.logto.clock.now() });
  return {};
}

export const userRelationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/users/:userId/roles',
    handle: (call) =>
      paged(call, userRolesOf(call).filter(searchBy(call.query, ['id', 'name', 'description'])), showRole),
  },
  { method: 'POST', path: '/users/:userId/roles', handle: addRoles },
  { method: 'PUT', path: '/users/:userId/roles', handle: replaceRoles },
  { method: 'DELETE', path: '/users/:userId/roles/:roleId', handle: removeRole },
  { method: 'GET', path: '/users/:userId/organizations', handle: organizations },
  { method: 'PUT', path: '/users/:userId/identities/:target', handle: putIdentity },
  { method: 'DELETE', path: '/users/:userId/identities/:target', handle: deleteIdentity },
];
