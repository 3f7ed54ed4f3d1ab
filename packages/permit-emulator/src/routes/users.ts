import { readAssignment } from '../domain/assignment-reads.ts';
import { assign, unassign } from '../domain/assignments.ts';
import { createUser, readUser, replaceUser, selectUsers, updateUser } from '../domain/users.ts';
import { findTenant, findUser } from '../domain/find.ts';
import { deleteUser } from '../domain/removal.ts';
import { newId } from '../ids.ts';
import { crud } from '../http/crud.ts';
import { forbidden, inEnvironment, noContent, reachEnvironment, Reply, route } from '../http/route.ts';
import {
  elementsLogin,
  returnDeletedQuery,
  userCreate,
  userListQuery,
  userRoleCreate,
  userUpdate,
} from '../schemas/facts.ts';

export const userRoutes = [
  ...crud('/v2/facts/{p}/{e}/users', {
    id: 'user_id',
    read: readUser,
    list: [userListQuery, selectUsers],
    isCounted: true,
    create: [userCreate, createUser],
    find: findUser,
    update: [userUpdate, updateUser],
    remove: deleteUser,
  }),
  inEnvironment('PUT /v2/facts/{p}/{e}/users/{user_id}', {
    body: userCreate,
    run(env, { params, body }) {
      const { user, created } = replaceUser(env, params.user_id, body);
      return new Reply(created ? 201 : 200, readUser(env, user));
    },
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/users/{user_id}/roles', {
    body: userRoleCreate,
    run: (env, { params, body }) => readAssignment(env, assign(env, { ...body, user: params.user_id })),
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/users/{user_id}/roles', {
    body: userRoleCreate,
    query: returnDeletedQuery,
    run(env, { params, body, query }) {
      const deleted = unassign(env, { ...body, user: params.user_id });
      return query.return_deleted === true ? readAssignment(env, deleted) : noContent;
    },
  }),
  // `permit.elements.loginAs` of the SDK. The emulator has no Elements to be redirected to.
  route('POST /v2/auth/elements_login_as', {
    body: elementsLogin,
    run(call) {
      const { project_id: p, environment_id: e } = call.key;
      if (p === null || e === null) throw forbidden('This API key is not of one environment');
      const env = reachEnvironment(call, { p, e });
      findUser(env, call.body.user_id);
      findTenant(env, call.body.tenant_id);
      const token = newId();
      return { redirect_url: `https://embed.permit.io/login?token=${token}`, token };
    },
  }),
];
