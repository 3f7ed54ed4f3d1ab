import { assignAll } from '../domain/assignments.ts';
import { findInstance, findResource, findRole, findTenant, findUserInvite } from '../domain/find.ts';
import { filter, searching } from '../domain/paging.ts';
import { readUser, replaceUser } from '../domain/users.ts';
import { compactId } from '../ids.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import { objectOf, type RoleRecord, type UserInviteRecord } from '../model/records.ts';
import {
  userInviteApproval,
  userInviteCreate,
  userInviteListQuery,
  type UserInviteCreate,
  type UserInviteListQuery,
} from '../schemas/facts.ts';

function roleOnInstance(
  env: Environment,
  { role_id, resource_instance_id }: Pick<UserInviteCreate, 'resource_instance_id' | 'role_id'>,
): { role: RoleRecord; object: string } | undefined {
  if (resource_instance_id == null) return undefined;
  const instance = findInstance(env, resource_instance_id);
  const roles = Object.values(findResource(env, instance.resource).roles);
  const role = roles.find(({ id }) => id === compactId(role_id));
  return role && { role, object: objectOf(instance) };
}

function createUserInvite(env: Environment, input: UserInviteCreate): UserInviteRecord {
  const { resource_instance_id: instance } = input;
  const invite: UserInviteRecord = {
    ...env.stamp(),
    ...input,
    role_id: (roleOnInstance(env, input)?.role ?? findRole(env, input.role_id)).id,
    tenant_id: findTenant(env, input.tenant_id).id,
    resource_instance_id: instance == null ? null : findInstance(env, instance).id,
  };
  env.userInvites.put(invite);
  return invite;
}

function selectUserInvites(env: Environment, query: UserInviteListQuery): Iterable<UserInviteRecord> {
  const matches = searching(query.search);
  // Roles on instances can only be given by id.
  const role = env.roles.find(query.role ?? '')?.id ?? query.role;
  const tenant = query.tenant === undefined ? undefined : findTenant(env, query.tenant).id;
  return filter(
    env.userInvites.values(),
    ({ role_id, tenant_id, email, key, first_name, last_name }) =>
      (role === undefined || role_id === role) &&
      (tenant === undefined || tenant_id === tenant) &&
      matches(email, key, first_name, last_name),
  );
}

/** No email is sent. Approving an invitation creates the user with the role. */
export const userInviteRoutes = [
  ...crud('/v2/facts/{p}/{e}/user_invites', {
    id: 'user_invite_id',
    read: ({ scope }, invite) => ({ ...scope, ...invite }),
    list: [userInviteListQuery, selectUserInvites],
    isCounted: true,
    create: [userInviteCreate, createUserInvite],
    find: findUserInvite,
    remove: (env, invite) => env.userInvites.delete(invite),
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/user_invites/{user_invite_id}/approve', {
    body: userInviteApproval,
    run(env, { params, body }) {
      const invite = findUserInvite(env, params.user_invite_id);
      const { first_name, last_name, role_id: role, tenant_id: tenant } = invite;
      const resource_instance = roleOnInstance(env, invite)?.object;
      const { user } = replaceUser(env, body.key, { ...body, first_name, last_name });
      assignAll(env, [{ user: user.key, role, tenant, resource_instance }], 'fail');
      env.userInvites.put({ ...invite, status: 'approved', updated_at: env.now() });
      return readUser(env, user);
    },
  }),
];
