import { notFound } from '../errors.ts';
import { compactId } from '../ids.ts';
import type { Environment } from '../model/environment.ts';
import { objectOf } from '../model/records.ts';
import type { Table } from '../model/table.ts';

/** By key or id. Throws `NOT_FOUND`. */
const finder =
  <T>(kind: string, tableOf: (env: Environment) => Table<T>) =>
  (env: Environment, keyOrId: string): T => {
    const record = tableOf(env).find(keyOrId);
    if (record === undefined) throw notFound(kind, keyOrId);
    return record;
  };

export const findUser = finder('User', ({ users }) => users);
export const findTenant = finder('Tenant', ({ tenants }) => tenants);
export const findRole = finder('Role', ({ roles }) => roles);
export const findResource = finder('Resource', ({ resources }) => resources);
export const findConditionSet = finder('ConditionSet', ({ conditionSets }) => conditionSets);
export const findProxyConfig = finder('ProxyConfig', ({ proxyConfigs }) => proxyConfigs);
export const findUserInvite = finder('ElementsUserInvite', ({ userInvites }) => userInvites);
/** By `type:key` or id. A key alone is ambiguous: other types may have the same key. */
export const findInstance = finder('ResourceInstance', ({ instances }) => instances);

/** The `type:key` of an instance. An unknown name is returned unchanged. */
export function objectName({ instances }: Environment, ident: string): string {
  const instance = instances.find(ident);
  return instance === undefined ? ident : objectOf(instance);
}

export function findPart<T extends { readonly id: string; readonly key: string }>(
  parts: Readonly<Record<string, T>>,
  kind: string,
  keyOrId: string,
): T {
  const id = compactId(keyOrId);
  const part = Object.hasOwn(parts, keyOrId) ? parts[keyOrId] : undefined;
  const found = part ?? Object.values(parts).find((candidate) => candidate.id === id);
  if (found === undefined) throw notFound(kind, keyOrId);
  return found;
}
