/** The keys that Permit accepts for users and for tenants: OpenAPI schemas `UserCreate` and `TenantCreate`, `key`. */
const userPattern = /^[A-Za-z0-9|@+\-._]+$/;
const tenantPattern = /^[A-Za-z0-9\-_]+$/;

const prefix = 'x--';

/** The tenant that every environment of Permit has. An organization with this id must not become it. */
export const defaultTenant = 'default';

/** The key in Permit of a user of Logto: the id itself, or `x--` and its base64url when Permit would refuse it. */
export function userKey(id: string): string {
  return userPattern.test(id) && !id.startsWith(prefix) ? id : encode(id);
}

/** The key of the tenant of an organization of Logto, encoded like `userKey`; never `default`. */
export function tenantKey(id: string): string {
  return tenantPattern.test(id) && !id.startsWith(prefix) && id !== defaultTenant ? id : encode(id);
}

/** The id in Logto for a key that `userKey` or `tenantKey` returned. */
export function logtoIdOf(key: string): string {
  return key.startsWith(prefix) ? Buffer.from(key.slice(prefix.length), 'base64url').toString('utf8') : key;
}

function encode(id: string): string {
  return `${prefix}${Buffer.from(id, 'utf8').toString('base64url')}`;
}
