import { duplicate, notFound, PermitError } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import { objectOf, tupleKey, type InstanceRecord, type TupleRecord } from '../model/records.ts';
import type { TupleCreate, TupleDelete, TupleListQuery } from '../schemas/facts.ts';
import { planInstance } from './assignments.ts';
import { findPart, findResource, findTenant, objectName } from './find.ts';
import { filter } from './paging.ts';

interface TuplePlan {
  readonly record: TupleRecord;
  readonly newInstances: readonly InstanceRecord[];
}

/** Writes nothing. The relation must link the two types, and both ends must belong to one tenant. */
function plan(env: Environment, input: TupleCreate): TuplePlan {
  const ends = [input.subject, input.object].map((ident) =>
    planInstance(env, ident, endTenant(env, ident, input)),
  );
  const [subject, object] = ends.map(({ instance }) => instance);
  if (subject === undefined || object === undefined) throw notFound('ResourceInstance', input.subject);
  const relation = findPart(findResource(env, object.resource).relations, 'Relation', input.relation);
  if (relation.subject_resource !== subject.resource) {
    throw new PermitError(
      'MISMATCH_RELATION_TYPE',
      'The relation does not link these resources',
      `Relation '${relation.key}' links '${relation.subject_resource}' to '${object.resource}', not '${subject.resource}'`,
    );
  }
  if (subject.tenant !== object.tenant) {
    throw new PermitError(
      'MISMATCH_RESOURCE_INSTANCES_TENANTS',
      'The resource instances belong to different tenants',
      `'${input.subject}' belongs to tenant '${subject.tenant}', '${input.object}' to '${object.tenant}'`,
    );
  }
  return {
    record: {
      ...env.stamp(),
      subject: objectOf(subject),
      relation: relation.key,
      object: objectOf(object),
      tenant: object.tenant,
    },
    newInstances: ends.filter(({ isNew }) => isNew).map(({ instance }) => instance),
  };
}

/** A missing end is created in the given tenant, else in the tenant of the other end. */
function endTenant(env: Environment, ident: string, input: TupleCreate): string | null | undefined {
  if (input.tenant != null || env.instances.find(ident) !== undefined) return input.tenant;
  const other = ident === input.subject ? input.object : input.subject;
  return env.instances.find(other)?.tenant;
}

/** Returns `false`, and changes nothing, when the tuple exists. */
function commit({ tuples, instances }: Environment, { record, newInstances }: TuplePlan): boolean {
  if (tuples.has(tupleKey(record))) return false;
  for (const instance of newInstances) if (!instances.has(objectOf(instance))) instances.put(instance);
  tuples.put(record);
  return true;
}

export function createTuple(env: Environment, input: TupleCreate): TupleRecord {
  const planned = plan(env, input);
  if (!commit(env, planned)) throw duplicate('relationship tuple', tupleKey(planned.record));
  return planned.record;
}

/** Skips tuples that exist. One invalid tuple refuses the whole call. */
export function createTuples(env: Environment, inputs: readonly TupleCreate[]): void {
  for (const planned of inputs.map((input) => plan(env, input))) commit(env, planned);
}

function find(env: Environment, { subject, relation, object }: TupleDelete): TupleRecord | undefined {
  return env.tuples.get(
    tupleKey({ subject: objectName(env, subject), relation, object: objectName(env, object) }),
  );
}

export function deleteTuple(env: Environment, input: TupleDelete): void {
  const tuple = find(env, input);
  if (tuple === undefined) throw notFound('RelationshipTuple', tupleKey(input));
  env.tuples.delete(tuple);
}

export function deleteTuples(env: Environment, inputs: readonly TupleDelete[]): void {
  for (const input of inputs) {
    const tuple = find(env, input);
    if (tuple !== undefined) env.tuples.delete(tuple);
  }
}

export function selectTuples(env: Environment, query: TupleListQuery): Iterable<TupleRecord> {
  const tenant = query.tenant === undefined ? undefined : findTenant(env, query.tenant).key;
  const subject = query.subject === undefined ? undefined : objectName(env, query.subject);
  const object = query.object === undefined ? undefined : objectName(env, query.object);
  return filter(
    env.tuples.values(),
    (tuple) =>
      (tenant === undefined || tuple.tenant === tenant) &&
      (subject === undefined || tuple.subject === subject) &&
      (object === undefined || tuple.object === object) &&
      (query.relation === undefined || tuple.relation === query.relation) &&
      (query.subject_type === undefined || tuple.subject.startsWith(`${query.subject_type}:`)) &&
      (query.object_type === undefined || tuple.object.startsWith(`${query.object_type}:`)),
  );
}

export function readTuple(env: Environment, tuple: TupleRecord): Record<string, unknown> {
  const { id, subject, relation, object, tenant, created_at, updated_at } = tuple;
  const objectType = env.resources.get(object.slice(0, object.indexOf(':')));
  return {
    id,
    subject,
    relation,
    object,
    tenant,
    subject_id: env.instances.get(subject)?.id,
    relation_id: objectType?.relations[relation]?.id,
    object_id: env.instances.get(object)?.id,
    tenant_id: env.tenants.get(tenant)?.id,
    ...env.scope,
    created_at,
    updated_at,
  };
}

export function readDetailedTuple(env: Environment, tuple: TupleRecord): Record<string, unknown> {
  const end = (object: string): Record<string, unknown> | null => {
    const instance = env.instances.get(object);
    if (instance === undefined) return null;
    const { key, tenant, resource, attributes } = instance;
    return { key, tenant, resource, attributes };
  };
  const { subject, object, relation } = tuple;
  const link = env.resources.get(object.slice(0, object.indexOf(':')))?.relations[relation];
  const tenant = env.tenants.get(tuple.tenant);
  return {
    ...readTuple(env, tuple),
    subject_details: end(subject),
    relation_details: { key: relation, name: link?.name, description: link?.description ?? null },
    object_details: end(object),
    tenant_details: {
      key: tuple.tenant,
      name: tenant?.name,
      description: tenant?.description ?? null,
      attributes: tenant?.attributes ?? {},
    },
  };
}
