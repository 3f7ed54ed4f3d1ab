import { z } from 'zod';
import { rolesOf } from '../directory/granted-scopes.ts';
import type { Application, User, Role } from '../directory/records.ts';
import { showApplication } from './applications.ts';
import { input, someIds, ids } from './input.ts';
import { paged } from './paging.ts';
import { refuseWrongType, found, RequestError, without } from './request-error.ts';
import { findRole, showRole } from './roles.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { searchBy } from './search.ts';
import { userProfile, userSearchFields } from './users.ts';

function listUsers(call: Call): Answer {
  const { id } = findRole(call);
  const matches = searchBy<User>(call.query, userSearchFields);
  const users = [...call.logto.directory.users.values()].filter(
    (user) => user.roleIds.includes(id) && matches(user),
  );
  return paged(call, users.toReversed(), userProfile);
}

function addUsers(call: Call): Answer {
  const { users, roles } = call.logto.directory;
  const { userIds } = input(z.object({ userIds: someIds }), call.body);
  const { id } = findRole(call);
  const holder = userIds.find((userId) => users.get(userId)?.roleIds.includes(id));
  if (holder !== undefined) throw new RequestError('role.user_exists', 422, { userId: holder });
  const given = userIds.map((userId) => found(users.get(userId)));
  refuseWrongType(roles, [id], 'User');
  for (const user of given) users.put(user.id, { ...user, roleIds: [...user.roleIds, id] });
  return { status: 201 };
}

function removeUser(call: Call): Answer {
  const { users } = call.logto.directory;
  const user = found(users.get(call.params['userId'] ?? ''));
  users.put(user.id, { ...user, roleIds: without(user.roleIds, call.params['id']) });
  return {};
}

function listApplications(call: Call): Answer {
  const { id } = findRole(call);
  const matches = searchBy<Application>(call.query, ['id', 'name', 'description']);
  const applications = [...call.logto.directory.applications.values()];
  return paged(
    call,
    applications.filter((application) => application.roleIds.includes(id) && matches(application)),
    showApplication,
  );
}

function addApplications(call: Call): Answer {
  const { applications, roles } = call.logto.directory;
  const { applicationIds } = input(z.object({ applicationIds: someIds }), call.body);
  const { id } = findRole(call);
  const holds = (applicationId: string) => applications.get(applicationId)?.roleIds.includes(id);
  // Logto does not fill the placeholder of this message.
  if (applicationIds.some(holds)) throw new RequestError('role.application_exists', 422);
  const given = applicationIds.map((applicationId) =>
    found(applications.get(applicationId), applicationId, 'applications'),
  );
  refuseWrongType(roles, [id], 'MachineToMachine');
  for (const application of given)
    applications.put(application.id, { ...application, roleIds: [...application.roleIds, id] });
  return { status: 201 };
}

function removeApplication(call: Call): Answer {
  const { applications } = call.logto.directory;
  const application = found(applications.get(call.params['applicationId'] ?? ''));
  const roleIds = without(application.roleIds, call.params['id']);
  applications.put(application.id, { ...application, roleIds });
  return {};
}

const path = '/applications/:applicationId/roles';
const roleIdsBody = z.object({ roleIds: ids });

/** Only machine-to-machine applications have roles. */
function findMachineApplication({ logto, params }: Call): Application {
  const { applicationId = '' } = params;
  const application = found(logto.directory.applications.get(applicationId), applicationId, 'applications');
  if (application.type !== 'MachineToMachine') throw new RequestError('application.invalid_type', 422);
  return application;
}

function setRoles({ logto }: Call, application: Application, roleIds: readonly string[]): void {
  const { roles } = logto.directory;
  for (const id of roleIds) found(roles.get(id), id, 'roles');
  refuseWrongType(roles, roleIds, 'MachineToMachine');
  logto.directory.applications.put(application.id, { ...application, roleIds: [...new Set(roleIds)] });
}

function addRoles(call: Call): Answer {
  const { roleIds } = input(roleIdsBody, call.body);
  const application = findMachineApplication(call);
  const addedRoleIds = [...new Set(roleIds)].filter((id) => !application.roleIds.includes(id));
  if (addedRoleIds.some((id) => call.logto.directory.roles.get(id)?.type === 'User'))
    throw new RequestError('application.invalid_role_type', 422);
  setRoles(call, application, [...application.roleIds, ...addedRoleIds]);
  return { status: 201, body: { roleIds, addedRoleIds } };
}

export const roleHolderRoutes: readonly Route[] = [
  route('GET /roles/:id/users', { pages: true }, listUsers),
  route('POST /roles/:id/users', addUsers),
  route('DELETE /roles/:id/users/:userId', removeUser),
  route('GET /roles/:id/applications', { pages: true }, listApplications),
  route('POST /roles/:id/applications', addApplications),
  route('DELETE /roles/:id/applications/:applicationId', removeApplication),
  route(`GET ${path}`, { pages: true }, (call) => {
    const held = rolesOf(call.logto.directory, findMachineApplication(call));
    return paged(call, held.filter(searchBy<Role>(call.query, ['id', 'name', 'description'])), showRole);
  }),
  route(`POST ${path}`, addRoles),
  route(`PUT ${path}`, (call) => {
    const { roleIds } = input(roleIdsBody, call.body);
    setRoles(call, findMachineApplication(call), roleIds);
    return { status: 200 };
  }),
  route(`DELETE ${path}/:roleId`, (call) => {
    const application = findMachineApplication(call);
    setRoles(call, application, without(application.roleIds, call.params['roleId']));
    return {};
  }),
];
