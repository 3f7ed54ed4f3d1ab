import { z } from 'zod';
import type { Application } from '../directory/records.ts';
import { rolesOf } from '../directory/granted-scopes.ts';
import { ids, input } from './input.ts';
import { paged } from './paging.ts';
import { found, RequestError } from './request-error.ts';
import { showRole } from './roles.ts';
import type { Answer, Call, Route } from './route.ts';

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
  for (const id of roleIds) {
    if (found(logto.directory.roles.get(id), id, 'roles').type === 'MachineToMachine') continue;
    throw new RequestError('application.invalid_role_type', 422);
  }
  logto.directory.applications.put(application.id, { ...application, roleIds: [...new Set(roleIds)] });
}

function addRoles(call: Call): Answer {
  const application = findMachineApplication(call);
  const { roleIds } = input(roleIdsBody, call.body);
  const addedRoleIds = [...new Set(roleIds)].filter((id) => !application.roleIds.includes(id));
  setRoles(call, application, [...application.roleIds, ...addedRoleIds]);
  return { status: 201, body: { roleIds, addedRoleIds } };
}

export const applicationRoleRoutes: readonly Route[] = [
  {
    method: 'GET',
    path,
    handle: (call) => paged(call, rolesOf(call.logto.directory, findMachineApplication(call)), showRole),
  },
  { method: 'POST', path, handle: addRoles },
  {
    method: 'PUT',
    path,
    handle(call) {
      setRoles(call, findMachineApplication(call), input(roleIdsBody, call.body).roleIds);
      return { status: 200 };
    },
  },
  {
    method: 'DELETE',
    path: `${path}/:roleId`,
    handle(call) {
      const application = findMachineApplication(call);
      const gone = found(application.roleIds.find((id) => id === call.params['roleId']));
      setRoles(
        call,
        application,
        application.roleIds.filter((id) => id !== gone),
      );
      return {};
    },
  },
];
