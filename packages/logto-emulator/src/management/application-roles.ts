import { z } from 'zod';
import type { Application, Role } from '../directory/records.ts';
import { rolesOf } from '../directory/granted-scopes.ts';
import { ids, input } from './input.ts';
import { refuseWrongType } from './integrity.ts';
import { paged } from './paging.ts';
import { found, RequestError, without } from './request-error.ts';
import { showRole } from './roles.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { searchBy } from './search.ts';

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

export const applicationRoleRoutes: readonly Route[] = [
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
