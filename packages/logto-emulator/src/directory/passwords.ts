import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** Cheap on purpose: seeds hash many passwords, and they are only test passwords. */
const cost = { N: 1024, r: 8, p: 1 } as const;
const length = 32;

/** `scrypt$<salt>$<hash>`, both base64url. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, length, cost);
  return `scrypt$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Returns false for a user without a password. */
export function verifyPassword(password: string, stored: string | null): boolean {
  const [, salt = '', hash = ''] = stored?.split('$') ?? [];
  if (salt === '' || hash === '') return false;
  const expected = Buffer.from(hash, 'base64url');
  return timingSafeEqual(scryptSync(password, Buffer.from(salt, 'base64url'), length, cost), expected);
}
