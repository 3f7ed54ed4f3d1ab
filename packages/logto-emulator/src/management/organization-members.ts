import { z } from 'zod';
import { endConsents } from '../directory/consent-scopes.ts';
import { membershipKey } from '../directory/directory.ts';
import type { Application, Membership, User } from '../directory/records.ts';
import {
  membershipIn,
  organizationRolesOf,
  organizationScopesOf,
  pick,
} from '../directory/granted-scopes.ts';
import { showUser } from '../directory/users.ts';
import { showApplication } from './applications.ts';
import { ids, input, someIds } from './input.ts';
import { refuseUnknownIds, refuseWrongType, remove, RequestError, without } from './request-error.ts';
import { addMembers, membersOf, membershipUpdated, replaceMembers, type Kind } from './membership.ts';
import { showOrganizationRole } from './organization-template.ts';
import { byName, paged, pagedIfRequested } from './paging.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { keyword } from './search.ts';
import { userSearchFields } from './users.ts';

/** The type of the roles that a member may have. */
const holders = { user: 'User', application: 'MachineToMachine' } as const;
const names = { user: 'userIds', application: 'applicationIds' } as const;
const params = { user: 'userId', application: 'applicationId' } as const;
const organizationId = ({ params: { id = '' } }: Call): string => id;

const withRoles = ({ logto }: Call, membership: Membership) =>
  organizationRolesOf(logto.directory, membership)
    .toSorted(byName)
    .map(({ id, name }) => ({ id, name }));

function listUsers(call: Call): Answer {
  const { directory } = call.logto;
  const matches = keyword<User>(call.query, userSearchFields);
  const roleId = call.query.get('organizationRoleId');
  const members = membersOf(directory, organizationId(call), 'user')
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
  const members = membersOf(directory, organizationId(call), 'application')
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

const removeMember =
  (kind: Kind) =>
  (call: Call): Answer => {
    const memberId = call.params[params[kind]] ?? '';
    const membership = { organizationId: organizationId(call), kind, memberId };
    remove(call.logto.directory.memberships, membershipKey(membership));
    endConsents(call.logto.directory, membership);
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

/** Raises no event. */
function setRoles({ logto: { directory } }: Call, membership: Membership, roleIds: Iterable<string>): void {
  const unique = [...new Set(roleIds)];
  refuseWrongType(directory.organizationRoles, unique, holders[membership.kind]);
  refuseUnknownIds(directory.organizationRoles, unique);
  directory.memberships.put(membershipKey(membership), { ...membership, roleIds: unique });
}

const userRoles = z.object({
  organizationRoleIds: ids.default([]),
  organizationRoleNames: ids.default([]),
});
const applicationRoles = z.object({ organizationRoleIds: someIds });

const conjunction = new Intl.ListFormat('en', { type: 'conjunction' });

/** A request can name the roles of a user by id or by name. */
function givenRoles(kind: Kind, call: Call): string[] {
  if (kind === 'application') return [...new Set(input(applicationRoles, call.body).organizationRoleIds)];
  const { organizationRoleIds, organizationRoleNames } = input(userRoles, call.body);
  const { organizationRoles } = call.logto.directory;
  const missing = organizationRoleNames.filter((name) => organizationRoles.findBy('name', name).length === 0);
  if (missing.length > 0)
    throw new RequestError('organization.role_names_not_found', 422, { names: conjunction.format(missing) });
  const byName = organizationRoleNames
    .flatMap((name) => organizationRoles.findBy('name', name))
    .map(({ id }) => id);
  return [...new Set([...organizationRoleIds, ...byName])];
}

function roleRoutes(kind: Kind): Route[] {
  const path = `/organizations/:id/${kind}s/:${params[kind]}/roles`;
  return [
    route(`GET ${path}`, (call) =>
      pagedIfRequested(
        call,
        organizationRolesOf(call.logto.directory, membershipOf(kind, call)),
        showOrganizationRole,
      ),
    ),
    route(`POST ${path}`, (call) => {
      const membership = membershipOf(kind, call);
      const given = givenRoles(kind, call);
      setRoles(call, membership, [...membership.roleIds, ...given]);
      return kind === 'user' ? { status: 201, body: { organizationRoleIds: given } } : { status: 201 };
    }),
    route(`PUT ${path}`, (call) => {
      setRoles(call, membershipOf(kind, call), givenRoles(kind, call));
      return {};
    }),
    route(`DELETE ${path}/:organizationRoleId`, (call) => {
      const membership = membershipOf(kind, call);
      setRoles(call, membership, without(membership.roleIds, call.params['organizationRoleId']));
      return {};
    }),
  ];
}

const assign =
  (kind: Kind) =>
  (call: Call): Answer => {
    const body = z.object({ [names[kind]]: someIds, organizationRoleIds: someIds });
    const { organizationRoleIds = [], [names[kind]]: memberIds = [] } = input(body, call.body);
    const { memberships, organizationRoles } = call.logto.directory;
    const keys = memberIds.map((memberId) =>
      membershipKey({ organizationId: organizationId(call), kind, memberId }),
    );
    refuseWrongType(organizationRoles, organizationRoleIds, holders[kind]);
    refuseUnknownIds(organizationRoles, organizationRoleIds);
    refuseUnknownIds(memberships, keys);
    for (const key of keys) {
      const membership = memberships.get(key);
      if (membership !== undefined)
        setRoles(call, membership, [...membership.roleIds, ...organizationRoleIds]);
    }
    return { status: 201 };
  };

export const organizationMemberRoutes: readonly Route[] = (['user', 'application'] as const)
  .flatMap((kind): Route[] => {
    const path = `/organizations/:id/${kind}s`;
    return [
      route(`GET ${path}`, { pages: true }, kind === 'user' ? listUsers : listApplications),
      route(`POST ${path}`, add(kind)),
      route(`PUT ${path}`, replace(kind)),
      route(`POST ${path}/roles`, assign(kind)),
      route(`DELETE ${path}/:${params[kind]}`, removeMember(kind)),
      ...roleRoutes(kind),
    ];
  })
  .concat(
    route('GET /organizations/:id/users/:userId/scopes', (call) => {
      const { directory } = call.logto;
      const membership = membershipIn(directory, organizationId(call), call.params['userId'] ?? '');
      return { body: membership === undefined ? [] : organizationScopesOf(directory, membership) };
    }),
  );
