/** What Permit takes as a user's key, and as a tenant's (reference: Management API v2, key patterns). */
const userPattern = /^[A-Za-z0-9|@+\-._]+$/;
const tenantPattern = /^[A-Za-z0-9\-_]+$/;

const mark = 'x--';

/** A tenant that is there before any organization; an organization with this id must not become it. */
export const defaultTenant = 'default';

/** Logto's user id as Permit's key: itself, or `x--` and base64url where Permit would refuse it. */
export function userKey(id: string): string {
  return userPattern.test(id) && !id.startsWith(mark) ? id : encode(id);
}

/** Logto's organization id as the key of a tenant. */
export function tenantKey(id: string): string {
  return tenantPattern.test(id) && !id.startsWith(mark) && id !== defaultTenant ? id : encode(id);
}

/** The way back, for both. */
export function logtoIdOf(key: string): string {
  return key.startsWith(mark) ? Buffer.from(key.slice(mark.length), 'base64url').toString('utf8') : key;
}

function encode(id: string): string {
  return `${mark}${Buffer.from(id, 'utf8').toString('base64url')}`;
}
