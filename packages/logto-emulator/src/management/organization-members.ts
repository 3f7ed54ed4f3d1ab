import { z } from 'zod';
import { membershipKey } from '../directory/directory.ts';
import type { Application, Membership, User } from '../directory/records.ts';
import { organizationRolesOf, organizationScopesOf, pick } from '../directory/granted-scopes.ts';
import { showUser } from '../directory/new-user.ts';
import { showApplication } from './applications.ts';
import { ids, input, someIds } from './input.ts';
import { addMembers, membersOf, membershipUpdated, replaceMembers, type Kind } from './membership.ts';
import { showOrganizationRole } from './organization-roles.ts';
import { findOrganization } from './organizations.ts';
import { paged, pagedIfRequested } from './paging.ts';
import { found, RequestError } from './request-error.ts';
import type { Answer, Call, Route } from './route.ts';
import { keyword } from './search.ts';
import { userSearchFields } from './users.ts';

const names = { user: 'userIds', application: 'applicationIds' } as const;
const params = { user: 'userId', application: 'applicationId' } as const;
const organizationId = ({ params: { id = '' } }: Call): string => id;

const withRoles = ({ logto }: Call, membership: Membership) =>
  organizationRolesOf(logto.directory, membership)
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name }) => ({ id, name }));

function listUsers(call: Call): Answer {
  const { directory } = call.logto;
  const matches = keyword<User>(call.query, userSearchFields);
  const roleId = call.query.get('organizationRoleId');
  const members = membersOf(directory, findOrganization(call).id, 'user')
    .filter((membership) => !roleId || membership.roleIds.includes(roleId))
    .flatMap((membership) =>
      pick(directory.users, [membership.memberId]).map((user) => ({ membership, user })),
    )
    .filter(({ user }) => matches(user))
    .toSorted((a, b) => (a.user.id < b.user.id ? -1 : 1));
  return paged(call, members, ({ membership, user }) => ({
    ...showUser(user),
    organizationRoles: withRoles(call, membership),
  }));
}

function listApplications(call: Call): Answer {
  const { directory } = call.logto;
  const matches = keyword<Application>(call.query, ['id', 'name', 'description']);
  const members = membersOf(directory, findOrganization(call).id, 'application')
    .flatMap((membership) =>
      pick(directory.applications, [membership.memberId]).map((application) => ({ membership, application })),
    )
    .filter(({ application }) => matches(application));
  return paged(call, members, ({ membership, application }) => ({
    ...showApplication(application),
    organizationRoles: withRoles(call, membership),
  }));
}

const add =
  (kind: Kind) =>
  (call: Call): Answer => {
    const { [names[kind]]: memberIds } = input(z.object({ [names[kind]]: someIds }), call.body);
    const added = addMembers(call.logto.directory, [organizationId(call), kind], memberIds ?? []);
    const events = [membershipUpdated(organizationId(call), kind, { added })];
    return kind === 'user' ? { status: 201, body: { userIds: memberIds }, events } : { status: 201, events };
  };

const replace =
  (kind: Kind) =>
  (call: Call): Answer => {
    const { [names[kind]]: memberIds } = input(z.object({ [names[kind]]: ids }), call.body);
    const delta = replaceMembers(call.logto.directory, [organizationId(call), kind], memberIds ?? []);
    return { events: [membershipUpdated(organizationId(call), kind, delta)] };
  };

const remove =
  (kind: Kind) =>
  (call: Call): Answer => {
    const memberId = call.params[params[kind]] ?? '';
    const key = membershipKey({ organizationId: organizationId(call), kind, memberId });
    if (!call.logto.directory.memberships.delete(key)) throw new RequestError('entity.not_found', 404);
    return { events: [membershipUpdated(organizationId(call), kind, { removed: [memberId] })] };
  };

function membershipOf(kind: Kind, call: Call): Membership {
  const key = membershipKey({
    organizationId: organizationId(call),
    kind,
    memberId: call.params[params[kind]] ?? '',
  });
  const membership = call.logto.directory.memberships.get(key);
  if (membership === undefined) throw new RequestError('organization.require_membership', 422);
  return membership;
}

/** Changes of organization roles raise no event. */
function setRoles({ logto: { directory } }: Call, membership: Membership, roleIds: Iterable<string>): void {
  const unique = [...new Set(roleIds)];
  if (unique.some((id) => !directory.organizationRoles.has(id))) {
    throw new RequestError('entity.relation_foreign_key_not_found', 422);
  }
  directory.memberships.put(membershipKey(membership), { ...membership, roleIds: unique });
}

const roles = z.object({ organizationRoleIds: ids.default([]), organizationRoleNames: ids.default([]) });

/** The roles of the request, given by id and by name. */
function givenRoles(call: Call): string[] {
  const { organizationRoleIds, organizationRoleNames } = input(roles, call.body);
  const { organizationRoles } = call.logto.directory;
  const missing = organizationRoleNames.filter((name) => organizationRoles.findBy('name', name).length === 0);
  if (missing.length > 0)
    throw new RequestError('organization.role_names_not_found', 422, { names: missing.join(', ') });
  const byName = organizationRoleNames
    .flatMap((name) => organizationRoles.findBy('name', name))
    .map(({ id }) => id);
  return [...new Set([...organizationRoleIds, ...byName])];
}

function roleRoutes(kind: Kind): Route[] {
  const path = `/organizations/:id/${kind}s/:${params[kind]}/roles`;
  return [
    {
      method: 'GET',
      path,
      handle: (call) =>
        pagedIfRequested(
          call,
          organizationRolesOf(call.logto.directory, membershipOf(kind, call)),
          showOrganizationRole,
        ),
    },
    {
      method: 'POST',
      path,
      handle(call) {
        const membership = membershipOf(kind, call);
        const given = givenRoles(call);
        setRoles(call, membership, [...membership.roleIds, ...given]);
        return { status: 201, body: { organizationRoleIds: given } };
      },
    },
    {
      method: 'PUT',
      path,
      handle(call) {
        setRoles(call, membershipOf(kind, call), givenRoles(call));
        return {};
      },
    },
    {
      method: 'DELETE',
      path: `${path}/:organizationRoleId`,
      handle(call) {
        const membership = membershipOf(kind, call);
        const gone = found(membership.roleIds.find((id) => id === call.params['organizationRoleId']));
        setRoles(
          call,
          membership,
          membership.roleIds.filter((id) => id !== gone),
        );
        return {};
      },
    },
  ];
}

/** Assigns roles to many members at once. */
const assign =
  (kind: Kind) =>
  (call: Call): Answer => {
    const body = z.object({ [names[kind]]: someIds, organizationRoleIds: someIds });
    const { organizationRoleIds, [names[kind]]: memberIds } = input(body, call.body);
    for (const memberId of memberIds ?? []) {
      const membership = membershipOf(kind, {
        ...call,
        params: { ...call.params, [params[kind]]: memberId },
      });
      setRoles(call, membership, [...membership.roleIds, ...(organizationRoleIds ?? [])]);
    }
    return { status: 201 };
  };

export const organizationMemberRoutes: readonly Route[] = (['user', 'application'] as const)
  .flatMap((kind): Route[] => {
    const path = `/organizations/:id/${kind}s`;
    return [
      { method: 'GET', path, handle: kind === 'user' ? listUsers : listApplications },
      { method: 'POST', path, handle: add(kind) },
      { method: 'PUT', path, handle: replace(kind) },
      { method: 'POST', path: `${path}/roles`, handle: assign(kind) },
      { method: 'DELETE', path: `${path}/:${params[kind]}`, handle: remove(kind) },
      ...roleRoutes(kind),
    ];
  })
  .concat({
    method: 'GET',
    path: '/organizations/:id/users/:userId/scopes',
    handle: (call) => ({ body: organizationScopesOf(call.logto.directory, membershipOf('user', call)) }),
  });
