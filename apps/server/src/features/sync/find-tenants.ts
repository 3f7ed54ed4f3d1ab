import type { PermitReads } from '@latchkey/directory-sync';
import { LRUCache } from 'lru-cache';

/** Returns the names of tenants by key. Never rejects: tenants that cannot be read are omitted. */
export type FindTenants = (keys: Iterable<string>) => Promise<ReadonlyMap<string, string>>;

/** Maximum number of cached tenants, and their lifetime in milliseconds; names rarely change. */
const limits = { max: 1_000, ttl: 300_000 };

export function createFindTenants(reads: Pick<PermitReads, 'tenant'>): FindTenants {
  const names = new LRUCache<string, string>({ max: limits.max, ttl: limits.ttl });
  const nameOf = async (key: string): Promise<string | undefined> => {
    const known = names.get(key);
    if (known !== undefined) return known;
    const tenant = await reads.tenant(key).catch(() => undefined);
    if (tenant !== undefined) names.set(key, tenant.name);
    return tenant?.name;
  };
  return async (keys) => {
    const named = await Promise.all([...new Set(keys)].map(async (key) => [key, await nameOf(key)] as const));
    return new Map(named.flatMap(([key, name]) => (name === undefined ? [] : [[key, name]])));
  };
}
