import { notFound } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type {
  ConditionSetRecord,
  InstanceRecord,
  ResourceRecord,
  RoleRecord,
  TenantRecord,
  UserRecord,
} from '../model/records.ts';
import { compactId } from '../ids.ts';
import type { Table } from '../model/table.ts';

function findIn<T>(table: Table<T>, kind: string, keyOrId: string): T {
  const record = table.find(keyOrId);
  if (record === undefined) throw notFound(kind, keyOrId);
  return record;
}

/* Every function below takes a key or an id, and throws `NOT_FOUND`. */

export function findUser({ users }: Environment, keyOrId: string): UserRecord {
  return findIn(users, 'User', keyOrId);
}

export function findTenant({ tenants }: Environment, keyOrId: string): TenantRecord {
  return findIn(tenants, 'Tenant', keyOrId);
}

export function findRole({ roles }: Environment, keyOrId: string): RoleRecord {
  return findIn(roles, 'Role', keyOrId);
}

export function findResource({ resources }: Environment, keyOrId: string): ResourceRecord {
  return findIn(resources, 'Resource', keyOrId);
}

export function findConditionSet({ conditionSets }: Environment, keyOrId: string): ConditionSetRecord {
  return findIn(conditionSets, 'ConditionSet', keyOrId);
}

/** Takes `type:key` or an id. A key alone names no instance: other types may have the same key. */
export function findInstance({ instances }: Environment, ident: string): InstanceRecord {
  return findIn(instances, 'ResourceInstance', ident);
}

/** Finds a part of a resource (an action, role, relation, ...) by key or id. */
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
