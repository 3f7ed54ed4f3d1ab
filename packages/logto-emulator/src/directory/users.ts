import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { fold, type Directory } from './directory.ts';
import { shortId } from './identifiers.ts';
import type { User } from './records.ts';

/** With the defaults of Logto's database. */
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
    cimdClientId: given.cimdClientId ?? null,
    isSuspended: given.isSuspended ?? false,
    passwordHash: given.passwordHash ?? null,
    roleIds: given.roleIds ?? [],
  };
}

/** All fields except secrets, in Logto's order. */
export function showUser(user: User): Omit<User, 'passwordHash' | 'roleIds'> {
  const { passwordHash: _, roleIds: __, ...shown } = user;
  return shown;
}

/** `name`: an id, username, email or phone number. */
export function findUser(directory: Directory, name: string): User | undefined {
  return (
    directory.users.get(name) ??
    directory.users.findBy('username', name)[0] ??
    directory.users.findBy('email', fold(name) ?? '')[0] ??
    directory.users.findBy('phone', name)[0]
  );
}

export const nameOf = (
  user: Pick<User, 'id' | 'name' | 'username' | 'primaryEmail' | 'primaryPhone'>,
): string => user.name ?? user.username ?? user.primaryEmail ?? user.primaryPhone ?? user.id;

export const initialOf = (name: string): string =>
  String.fromCodePoint(name.codePointAt(0) ?? 0x3f).toUpperCase();

/** Deliberately cheap: seeds hash many passwords, and all of them are test passwords. */
const cost = { N: 1024, r: 8, p: 1 } as const;
const length = 32;

/** Returns `scrypt$<salt>$<hash>`, both in base64url. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, length, cost);
  return `scrypt$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** False for a user without a password. */
export function verifyPassword(password: string, stored: string | null): boolean {
  const [, salt = '', hash = ''] = stored?.split('$') ?? [];
  if (salt === '' || hash === '') return false;
  const expected = Buffer.from(hash, 'base64url');
  return timingSafeEqual(scryptSync(password, Buffer.from(salt, 'base64url'), length, cost), expected);
}
