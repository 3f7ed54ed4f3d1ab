import { z } from 'zod';
import type { Role, User } from '../directory/records.ts';
import { membershipsOf, organizationRolesOf, rolesOf } from '../directory/granted-scopes.ts';
import { ids, input } from './input.ts';
import { refuseWrongType, found, RequestError, without } from './request-error.ts';
import { paged } from './paging.ts';
import { showRole } from './roles.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { searchBy } from './search.ts';
import { findUser, updateUser, userProfile } from './users.ts';

const roleIdsBody = z.object({ roleIds: ids });

function userRolesOf(call: Call): Role[] {
  return rolesOf(call.logto.directory, findUser(call)).filter(({ type }) => type === 'User');
}

/** @throws RequestError 404 when one of the roles does not exist */
function existing({ logto }: Call, roleIds: readonly string[]): void {
  for (const id of roleIds) found(logto.directory.roles.get(id), id, 'roles');
}

/** Raises no event. */
function setRoles({ logto, params }: Call, roleIds: readonly string[]): void {
  const user = found(logto.directory.users.get(params['userId'] ?? ''));
  logto.directory.users.put(user.id, { ...user, roleIds });
}

function addRoles(call: Call): Answer {
  const { roleIds } = input(roleIdsBody, call.body);
  const user = findUser(call);
  const addedRoleIds = roleIds.filter((id) => !user.roleIds.includes(id));
  const { roles } = call.logto.directory;
  if (addedRoleIds.some((id) => (roles.get(id)?.type ?? 'User') !== 'User'))
    throw new RequestError('user.invalid_role_type', 422);
  existing(call, addedRoleIds);
  setRoles(call, [...new Set([...user.roleIds, ...addedRoleIds])]);
  return { status: 201, body: { roleIds, addedRoleIds } };
}

function replaceRoles(call: Call): Answer {
  const roleIds = [...new Set(input(roleIdsBody, call.body).roleIds)];
  findUser(call);
  existing(call, roleIds);
  refuseWrongType(call.logto.directory.roles, roleIds, 'User');
  setRoles(call, roleIds);
  return { body: { roleIds } };
}

function removeRole(call: Call): Answer {
  setRoles(call, without(findUser(call).roleIds, call.params['roleId']));
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
  const { userId, details } = input(identity, call.body);
  const { users } = call.logto.directory;
  const { target = '' } = call.params;
  const user = findUser(call);
  const isHeld = ({ id, identities }: User): boolean =>
    id !== user.id && identities[target]?.userId === userId;
  if ([...users.values()].some(isHeld)) throw new RequestError('user.identity_already_in_use', 422);
  const isNew = user.identities[target] === undefined;
  const identities = { ...user.identities, [target]: { userId, details } };
  updateUser(call.logto, user, { identities });
  return { status: isNew ? 201 : 200, body: identities };
}

function deleteIdentity(call: Call): Answer {
  const user = findUser(call);
  const { [call.params['target'] ?? '']: gone, ...identities } = user.identities;
  if (gone === undefined) throw new RequestError('user.identity_not_exist', 404);
  return { body: userProfile(updateUser(call.logto, user, { identities })) };
}

export const userRelationRoutes: readonly Route[] = [
  route('GET /users/:userId/roles', { pages: true }, (call) =>
    paged(call, userRolesOf(call).filter(searchBy(call.query, ['id', 'name', 'description'])), showRole),
  ),
  route('POST /users/:userId/roles', addRoles),
  route('PUT /users/:userId/roles', replaceRoles),
  route('DELETE /users/:userId/roles/:roleId', removeRole),
  route('GET /users/:userId/organizations', organizations),
  route('PUT /users/:userId/identities/:target', putIdentity),
  route('DELETE /users/:userId/identities/:target', deleteIdentity),
];
