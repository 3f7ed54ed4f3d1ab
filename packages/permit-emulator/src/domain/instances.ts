import { applyPatch } from '../model/table.ts';
import { duplicate, missingField } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import { objectOf, type InstanceRecord } from '../model/records.ts';
import type { InstanceCreate, InstanceListQuery, InstanceUpdate } from '../schemas/facts.ts';
import { planInstance } from './assignments.ts';
import { findResource, findTenant } from './find.ts';
import { filter } from './paging.ts';
import { checkAttributes } from './strict.ts';

export function readInstance(env: Environment, instance: InstanceRecord): Record<string, unknown> {
  const { key, tenant, resource, id, created_at, updated_at, attributes } = instance;
  return {
    key,
    tenant,
    resource,
    id,
    ...env.scope,
    created_at,
    updated_at,
    resource_id: env.resources.get(resource)?.id,
    tenant_id: env.tenants.get(tenant)?.id,
    attributes,
  };
}

export function readDetailedInstance(env: Environment, instance: InstanceRecord): Record<string, unknown> {
  const tuples = [...new Set(env.index.tuples.tuplesOf(objectOf(instance)))];
  const relationships = tuples.map(({ subject, relation, object }) => ({ subject, relation, object }));
  return { ...readInstance(env, instance), relationships };
}

function build(env: Environment, input: InstanceCreate, before?: InstanceRecord): InstanceRecord {
  if (input.tenant == null) throw missingField('tenant');
  const resource = findResource(env, input.resource);
  checkAttributes(env, resource.attributes, input.attributes);
  return {
    ...(before ?? env.stamp()),
    key: input.key,
    resource: resource.key,
    tenant: findTenant(env, input.tenant).key,
    attributes: input.attributes ?? {},
    ...(before !== undefined && { updated_at: env.now() }),
  };
}

export function createInstance(env: Environment, input: InstanceCreate): InstanceRecord {
  const instance = build(env, input);
  if (env.instances.has(objectOf(instance))) throw duplicate('resource instance', objectOf(instance));
  env.instances.put(instance);
  return instance;
}

/** Validates all before it writes the first. An instance stays in its tenant, as its tuples and roles do. */
export function replaceInstances(env: Environment, inputs: readonly InstanceCreate[]): void {
  const instances = inputs.map((input) => {
    const ident = `${findResource(env, input.resource).key}:${input.key}`;
    const before = env.instances.get(ident);
    if (before !== undefined) planInstance(env, ident, input.tenant);
    return build(env, input, before);
  });
  for (const instance of instances) env.instances.put(instance);
}

/** `null` clears the attributes, `undefined` leaves them unchanged. */
export function updateInstance(
  env: Environment,
  before: InstanceRecord,
  { attributes }: InstanceUpdate,
): InstanceRecord {
  checkAttributes(env, env.resources.get(before.resource)?.attributes, attributes);
  const instance = applyPatch(before, {
    attributes: attributes === null ? {} : attributes,
    updated_at: env.now(),
  });
  env.instances.put(instance);
  return instance;
}

export function selectInstances(env: Environment, query: InstanceListQuery): Iterable<InstanceRecord> {
  const tenant = query.tenant === undefined ? undefined : findTenant(env, query.tenant).key;
  const resource = query.resource === undefined ? undefined : findResource(env, query.resource).key;
  const needles = query.search?.map((search) => search.toLowerCase());
  // The detailed list does not find a part of a key.
  const matches = (name: string, needle: string): boolean =>
    query.detailed === true ? name === needle : name.includes(needle);
  return filter(env.instances.values(), (instance) => {
    if (tenant !== undefined && instance.tenant !== tenant) return false;
    if (resource !== undefined && instance.resource !== resource) return false;
    const names = [instance.key.toLowerCase(), instance.id];
    return needles === undefined || needles.some((needle) => names.some((name) => matches(name, needle)));
  });
}
