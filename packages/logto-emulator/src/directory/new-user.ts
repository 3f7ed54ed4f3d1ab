import { shortId } from './identifiers.ts';
import type { User } from './records.ts';

/** Creates a user with the given fields and the defaults of Logto's database. */
export function newUser(given: Partial<User>, now: number): User {
  return {
    id: given.id ?? shortId(),
    username: given.username ?? null,
    primaryEmail: given.primaryEmail ?? null,
    primaryPhone: given.primaryPhone ?? null,
    name: given.name ?? null,
    avatar: given.avatar ?? null,
    customData: given.customData ?? {},
    identities: given.identities ?? {},
    lastSignInAt: given.lastSignInAt ?? null,
    createdAt: given.createdAt ?? now,
    updatedAt: now,
    profile: given.profile ?? {},
    applicationId: given.applicationId ?? null,
    cimdClientId: null,
    isSuspended: given.isSuspended ?? false,
    passwordHash: given.passwordHash ?? null,
    roleIds: given.roleIds ?? [],
  };
}

/** The fields of a user that Logto shows: all except secrets, in Logto's order. */
export function showUser(user: User): Omit<User, 'passwordHash' | 'roleIds'> {
  const { passwordHash: _, roleIds: __, ...shown } = user;
  return shown;
}
