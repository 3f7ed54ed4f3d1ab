import { z } from 'zod';
import type { Application, User } from '../directory/records.ts';
import { showApplication } from './applications.ts';
import { input, someIds } from './input.ts';
import { refuseWrongType } from './integrity.ts';
import { paged } from './paging.ts';
import { found, RequestError, without } from './request-error.ts';
import { findRole } from './roles.ts';
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
  // The message has a placeholder that Logto does not fill.
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

export const roleHolderRoutes: readonly Route[] = [
  route('GET /roles/:id/users', { pages: true }, listUsers),
  route('POST /roles/:id/users', addUsers),
  route('DELETE /roles/:id/users/:userId', removeUser),
  route('GET /roles/:id/applications', { pages: true }, listApplications),
  route('POST /roles/:id/applications', addApplications),
  route('DELETE /roles/:id/applications/:applicationId', removeApplication),
];
