import { applyPatch } from '../model/table.ts';
import { duplicate } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { TenantRecord } from '../model/records.ts';
import type { TenantCreate, TenantUpdate } from '../schemas/facts.ts';

export function readTenant(env: Environment, tenant: TenantRecord): Record<string, unknown> {
  const { key, id, created_at, updated_at, last_action_at, attributes, ...fields } = tenant;
  return {
    key,
    id,
    ...env.scope,
    created_at,
    updated_at,
    last_action_at,
    ...fields,
    attributes: attributes ?? {},
  };
}

export function createTenant(env: Environment, input: TenantCreate): TenantRecord {
  if (env.tenants.has(input.key)) throw duplicate('tenant', input.key);
  const stamp = env.stamp();
  const tenant: TenantRecord = {
    ...stamp,
    key: input.key,
    name: input.name,
    description: input.description ?? null,
    attributes: input.attributes ?? null,
    last_action_at: stamp.created_at,
  };
  env.tenants.put(tenant);
  return tenant;
}

export function updateTenant(env: Environment, before: TenantRecord, input: TenantUpdate): TenantRecord {
  const now = env.now();
  const tenant = applyPatch(before, { ...input, updated_at: now, last_action_at: now });
  env.tenants.put(tenant);
  return tenant;
}
