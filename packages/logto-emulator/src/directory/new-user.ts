import { shortId } from './identifiers.ts';
import type { User } from './records.ts';

/** A user with what was given, and what Logto's database would give the rest. */
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
    createdAt: now,
    updatedAt: now,
    profile: given.profile ?? {},
    applicationId: given.applicationId ?? null,
    isSuspended: given.isSuspended ?? false,
    passwordHash: given.passwordHash ?? null,
    roleIds: given.roleIds ?? [],
  };
}

/** What Logto shows of a user: everything but the secrets, in Logto's order. */
export function showUser(user: User): Omit<User, 'passwordHash' | 'roleIds'> {
  const { passwordHash: _, roleIds: __, ...shown } = user;
  return shown;
}
