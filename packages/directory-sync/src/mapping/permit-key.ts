/**
 * Permit's patterns for keys: OpenAPI schemas `UserCreate` and `TenantCreate`, without `.` and `..`, which URLs drop from
 * a path.
 */
const userPattern = /^(?!\.\.?$)[A-Za-z0-9|@+\-._]+$/;
const tenantPattern = /^[A-Za-z0-9\-_]+$/;

const prefix = 'x--';

/** The tenant that every Permit environment has. No organization may map to it. */
export const defaultTenant = 'default';

/**
 * Returns the Permit key of a Logto user: the id itself, or `x--` and its base64url when Permit would refuse the id.
 */
export function userKey(id: string): string {
  return userPattern.test(id) && !id.startsWith(prefix) ? id : encode(id);
}

/** Returns the tenant key of a Logto organization, encoded like `userKey`; never `default`. */
export function tenantKey(id: string): string {
  return tenantPattern.test(id) && !id.startsWith(prefix) && id !== defaultTenant ? id : encode(id);
}

/** The inverse of `userKey` and `tenantKey`. */
export function logtoIdOf(key: string): string {
  return key.startsWith(prefix) ? Buffer.from(key.slice(prefix.length), 'base64url').toString('utf8') : key;
}

function encode(id: string): string {
  return `${prefix}${Buffer.from(id, 'utf8').toString('base64url')}`;
}
