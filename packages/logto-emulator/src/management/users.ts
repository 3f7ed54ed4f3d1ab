import { z } from 'zod';
import { fold, type Directory } from '../directory/directory.ts';
import { newUser, showUser, hashPassword, verifyPassword } from '../directory/users.ts';
import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { defined, input, isYes, jsonObject } from './input.ts';
import { paged } from './paging.ts';
import { found, RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { searchBy } from './search.ts';

export const userSearchFields = ['id', 'primaryEmail', 'primaryPhone', 'username', 'name'] as const;

const email = z.string().regex(/^\S+@\S+\.\S+$/);
const phone = z.string().regex(/^\d+$/);
const username = z.string().regex(/^[A-Z_a-z]\w*$/);
const avatar = z.url().or(z.literal('')).nullable();

const text = z.string();
const address = z.object({
  formatted: text,
  streetAddress: text,
  locality: text,
  region: text,
  postalCode: text,
  country: text,
});

/** Other attributes are removed. */
export const profileChanges = z
  .object({
    familyName: text,
    givenName: text,
    middleName: text,
    nickname: text,
    preferredUsername: text,
    profile: text,
    website: text,
    gender: text,
    birthdate: text,
    zoneinfo: text,
    locale: text,
    address: address.partial(),
  })
  .partial();

const creation = z
  .object({
    primaryPhone: phone,
    primaryEmail: email,
    username,
    password: z.string().min(1),
    name: z.string(),
    avatar,
    customData: jsonObject,
    profile: profileChanges,
  })
  .partial();

const change = z
  .object({
    username: username.or(z.literal('')).nullable(),
    primaryEmail: email.or(z.literal('')).nullable(),
    primaryPhone: phone.or(z.literal('')).nullable(),
    name: z.string().nullable(),
    avatar,
    customData: jsonObject,
    profile: profileChanges,
  })
  .partial();

export const userProfile = (user: User) => ({ ...showUser(user), hasPassword: user.passwordHash !== null });

export const findUser = ({ logto, params }: Call): User =>
  found(logto.directory.users.get(params['userId'] ?? ''));

export function updateUser({ directory, clock }: Logto, user: User, changes: Partial<User>): User {
  const updated = { ...user, ...changes, updatedAt: clock.now() };
  directory.users.put(user.id, updated);
  return updated;
}

const taken = {
  username: 'user.username_already_in_use',
  primaryEmail: 'user.email_already_in_use',
  primaryPhone: 'user.phone_already_in_use',
} as const;
const indexOf = { username: 'username', primaryEmail: 'email', primaryPhone: 'phone' } as const;

/** @throws RequestError 422 when another user has one of the identifiers */
function refuseTaken(
  directory: Directory,
  identifiers: Partial<Pick<User, keyof typeof taken>>,
  self?: string,
): void {
  for (const name of ['username', 'primaryEmail', 'primaryPhone'] as const) {
    const value = identifiers[name];
    if (!value) continue;
    const holders = directory.users.findBy(
      indexOf[name],
      name === 'primaryEmail' ? (fold(value) ?? '') : value,
    );
    if (holders.some(({ id }) => id !== self)) throw new RequestError(taken[name], 422);
  }
}

function listUsers(call: Call): Answer {
  const { logto, query } = call;
  const { users, memberships } = logto.directory;
  const matches = searchBy<User>(query, userSearchFields);
  const [role, organization] = [query.get('excludeRoleId'), query.get('excludeOrganizationId')];
  if (role && organization) {
    const details = 'Parameter `excludeRoleId` and `excludeOrganizationId` cannot be used at the same time.';
    throw new RequestError('request.invalid_input', 400, { details });
  }
  const wanted = (user: User): boolean =>
    matches(user) &&
    !(role && user.roleIds.includes(role)) &&
    !(organization && memberships.has(`${organization}/user/${user.id}`));
  return paged(call, [...users.values()].filter(wanted).toReversed(), userProfile);
}

function createUser({ logto, body }: Call): Answer {
  const { directory, clock } = logto;
  const { password, ...given } = defined(input(creation, body));
  refuseTaken(directory, given);
  const user = newUser(
    { ...given, passwordHash: password === undefined ? null : hashPassword(password) },
    clock.now(),
  );
  directory.users.put(user.id, user);
  return { body: userProfile(user) };
}

function changeUser(call: Call): Answer {
  const changes = defined(input(change, call.body));
  const user = findUser(call);
  refuseTaken(call.logto.directory, changes, user.id);
  return { body: userProfile(updateUser(call.logto, user, changes)) };
}

function suspend(call: Call): Answer {
  const { isSuspended } = input(z.object({ isSuspended: z.boolean() }), call.body);
  const user = findUser(call);
  const updated = updateUser(call.logto, user, { isSuspended });
  if (isSuspended) call.logto.instances.revokeUser(user.id);
  return { body: userProfile(updated) };
}

/** Raises no events for the memberships. */
function deleteUser(call: Call): Answer {
  const { directory, instances } = call.logto;
  if (call.params['userId'] === call.caller) throw new RequestError('user.cannot_delete_self');
  const user = findUser(call);
  instances.revokeUser(user.id);
  for (const { organizationId } of directory.memberships.findBy('member', user.id)) {
    directory.memberships.delete(`${organizationId}/user/${user.id}`);
  }
  directory.users.delete(user.id);
  return { events: [['User.Deleted', { data: showUser(user) }]] };
}

const password = z.object({ password: z.string().min(1) });

export const userRoutes: readonly Route[] = [
  route('POST /users', { raises: 'User.Created' }, createUser),
  route('GET /users', { pages: true }, listUsers),
  route('GET /users/:userId', (call) => {
    const profile = userProfile(findUser(call));
    return {
      body: isYes(call.query.get('includeSsoIdentities')) ? { ...profile, ssoIdentities: [] } : profile,
    };
  }),
  route('PATCH /users/:userId', { raises: 'User.Data.Updated' }, changeUser),
  route('DELETE /users/:userId', deleteUser),
  route('GET /users/:userId/custom-data', (call) => ({ body: findUser(call).customData })),
  route('PATCH /users/:userId/custom-data', { raises: 'User.Data.Updated' }, (call) => {
    const { customData } = input(z.object({ customData: jsonObject }), call.body);
    const user = findUser(call);
    return {
      body: updateUser(call.logto, user, { customData: { ...user.customData, ...customData } }).customData,
    };
  }),
  route('PATCH /users/:userId/profile', { raises: 'User.Data.Updated' }, (call) => {
    const { profile } = input(z.object({ profile: profileChanges }), call.body);
    const user = findUser(call);
    return { body: updateUser(call.logto, user, { profile: { ...user.profile, ...profile } }).profile };
  }),
  route('PATCH /users/:userId/password', { raises: 'User.Data.Updated' }, (call) => {
    const passwordHash = hashPassword(input(password, call.body).password);
    return { body: userProfile(updateUser(call.logto, findUser(call), { passwordHash })) };
  }),
  route('POST /users/:userId/password/verify', (call) => {
    const given = input(password, call.body).password;
    if (!verifyPassword(given, findUser(call).passwordHash)) {
      throw new RequestError('session.invalid_credentials', 422);
    }
    return {};
  }),
  route('GET /users/:userId/has-password', (call) => ({
    body: { hasPassword: findUser(call).passwordHash !== null },
  })),
  route('PATCH /users/:userId/is-suspended', { raises: 'User.SuspensionStatus.Updated' }, suspend),
];
