/**
 * Groups, which the vendor represents as ReBAC: a group is an instance of a resource type, its users have the
 * role `member` on it, and a role of the group on another instance is a relation of that instance to the group
 * together with a derivation from `member`. The vendor does not publish the names of these relations; the
 * emulator chooses its own.
 */
import { duplicate, notFound } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import {
  objectOf,
  tupleKey,
  type InstanceRecord,
  type ResourceRecord,
  type TupleRecord,
} from '../model/records.ts';
import type { GroupCreate, GroupRole } from '../schemas/groups.ts';
import { assign, planInstance, unassign } from './assignments.ts';
import { emptyDerivation, resolveRule } from './derivations.ts';
import { findPart, findResource, findTenant, findUser } from './find.ts';
import { holdersOf } from './removal.ts';
import { buildRole } from './roles.ts';
import { blankResource } from '../model/blank-resource.ts';

const MEMBER = 'member';

/** The relation for `editor` of `team` members on a `repo` is `team-editor` of `repo`. */
function relationKey(group: InstanceRecord, role: string): string {
  return `${group.resource}-${role}`;
}

function isGroupType(resource: ResourceRecord | undefined): boolean {
  return resource?.roles[MEMBER]?.attributes?.['group'] === true;
}

export function* groups(env: Environment): Generator<InstanceRecord> {
  for (const instance of env.instances.values()) {
    if (isGroupType(env.resources.get(instance.resource))) yield instance;
  }
}

/** Finds a group by its instance key, or by `type:key`. */
export function findGroup(env: Environment, ident: string): InstanceRecord {
  for (const group of groups(env)) {
    if (group.key === ident || objectOf(group) === ident || group.id === ident) return group;
  }
  throw notFound('Group', ident);
}

/** Returns the type and its role `member`. Creates either one when missing. */
function ensureGroupType(env: Environment, key: string): void {
  const resource = env.resources.find(key) ?? blankResource(env, key);
  if (isGroupType(resource)) return;
  const role = resource.roles[MEMBER] ?? buildRole(env, { key: MEMBER, name: 'Member' }, resource);
  const marked = { ...role, attributes: { ...role.attributes, group: true } };
  env.resources.put({ ...resource, roles: { ...resource.roles, [MEMBER]: marked } });
}

export function createGroup(env: Environment, input: GroupCreate): InstanceRecord {
  const tenant = findTenant(env, input.group_tenant).key;
  const object = `${input.group_resource_type_key}:${input.group_instance_key}`;
  if (env.instances.has(object)) throw duplicate('group', object);
  ensureGroupType(env, input.group_resource_type_key);
  const group: InstanceRecord = {
    ...env.stamp(),
    key: input.group_instance_key,
    resource: findResource(env, input.group_resource_type_key).key,
    tenant,
    attributes: {},
  };
  env.instances.put(group);
  return group;
}

export function addUser(env: Environment, group: InstanceRecord, user: string): void {
  assign(env, { user: findUser(env, user).key, role: MEMBER, resource_instance: objectOf(group) });
}

export function removeUser(env: Environment, group: InstanceRecord, user: string): void {
  unassign(env, { user: findUser(env, user).key, role: MEMBER, resource_instance: objectOf(group) });
}

/** Makes `role` of the resource derive from membership in the groups that the relation links. */
function ensureDerivation(
  env: Environment,
  resource: ResourceRecord,
  { group, role }: { group: InstanceRecord; role: string },
): void {
  const key = relationKey(group, role);
  const relation = resource.relations[key] ?? {
    ...env.stamp(),
    key,
    name: key,
    description: null,
    subject_resource: group.resource,
  };
  const linked = { ...resource, relations: { ...resource.relations, [key]: relation } };
  env.resources.put(linked);
  const found = findPart(linked.roles, 'Role', role);
  const wanted = { role: MEMBER, on_resource: group.resource, linked_by_relation: key };
  const before = found.granted_to ?? emptyDerivation();
  if (before.users_with_role.some((rule) => rule.linked_by_relation === key)) return;
  const rule = resolveRule(env, wanted, linked);
  const granted_to = { ...before, users_with_role: [...before.users_with_role, rule] };
  env.resources.put({ ...linked, roles: { ...linked.roles, [role]: { ...found, granted_to } } });
}

function link(
  env: Environment,
  group: InstanceRecord,
  { object, role }: { object: InstanceRecord; role: string },
): void {
  const tuple: TupleRecord = {
    ...env.stamp(),
    subject: objectOf(group),
    relation: relationKey(group, role),
    object: objectOf(object),
    tenant: object.tenant,
  };
  if (!env.tuples.has(tupleKey(tuple))) env.tuples.put(tuple);
}

function unlink(
  env: Environment,
  group: InstanceRecord,
  { object, role }: { object: string; role: string },
): void {
  const wanted = { subject: objectOf(group), relation: relationKey(group, role), object };
  const tuple = env.tuples.get(tupleKey(wanted));
  if (tuple === undefined) throw notFound('GroupRole', `${object}#${role}`);
  env.tuples.delete(tuple);
}

export function addRole(env: Environment, group: InstanceRecord, input: GroupRole): void {
  const resource = findResource(env, input.resource);
  const role = findPart(resource.roles, 'Role', input.role).key;
  const ident = input.resource_instance.includes(':')
    ? input.resource_instance
    : `${resource.key}:${input.resource_instance}`;
  const { instance, isNew } = planInstance(env, ident, input.tenant);
  if (isNew) env.instances.put(instance);
  ensureDerivation(env, resource, { group, role });
  link(env, group, { object: instance, role });
}

export function removeRole(env: Environment, group: InstanceRecord, input: GroupRole): void {
  const resource = findResource(env, input.resource);
  const role = findPart(resource.roles, 'Role', input.role).key;
  const object = input.resource_instance.includes(':')
    ? input.resource_instance
    : `${resource.key}:${input.resource_instance}`;
  unlink(env, group, { object, role });
}

/** Makes members of `member` members of `group`. */
export function addGroup(env: Environment, group: InstanceRecord, member: InstanceRecord): void {
  ensureDerivation(env, findResource(env, group.resource), { group: member, role: MEMBER });
  link(env, member, { object: group, role: MEMBER });
}

export function removeGroup(env: Environment, group: InstanceRecord, member: InstanceRecord): void {
  unlink(env, member, { object: objectOf(group), role: MEMBER });
}

export function readGroup(env: Environment, group: InstanceRecord): Record<string, unknown> {
  const prefix = `${group.resource}-`;
  const assigned_roles: string[] = [];
  for (const { relation, object } of env.index.linksFrom(objectOf(group))) {
    if (relation.startsWith(prefix)) assigned_roles.push(`${object}#${relation.slice(prefix.length)}`);
  }
  return {
    assigned_roles,
    users: holdersOf(env, objectOf(group))
      .filter(({ role }) => role === MEMBER)
      .map(({ user }) => user),
    group_resource_type_key: group.resource,
    group_instance_key: group.key,
    group_tenant: group.tenant,
  };
}
