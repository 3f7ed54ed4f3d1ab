import type { Environment } from '../model/environment.ts';
import {
  type AssignmentRecord,
  type ByKey,
  type Derivation,
  type DerivationRule,
  type InstanceRecord,
  naturalKey,
  objectOf,
  type ResourceRecord,
  type RoleRecord,
  TENANT_ASSOCIATION,
  type TenantRecord,
  type UserRecord,
} from '../model/records.ts';
import type { Table } from '../model/table.ts';
import { assignmentsOf } from './assignments.ts';

export function holdersOf({ index, assignments }: Environment, object: string): AssignmentRecord[] {
  const found: AssignmentRecord[] = [];
  for (const [user, roles] of index.holdersOf(object)) {
    for (const role of roles) {
      const assignment = assignments.get(naturalKey(user, role, object));
      if (assignment !== undefined) found.push(assignment);
    }
  }
  return found;
}

export function removeInstance(env: Environment, instance: InstanceRecord): void {
  const object = objectOf(instance);
  for (const assignment of holdersOf(env, object)) env.assignments.delete(assignment);
  for (const tuple of new Set(env.index.tuples.tuplesOf(object))) env.tuples.delete(tuple);
  env.instances.delete(instance);
}

export function removeTenant(env: Environment, tenant: TenantRecord): void {
  for (const assignment of holdersOf(env, `__tenant:${tenant.key}`)) env.assignments.delete(assignment);
  for (const instance of env.instances.values()) {
    if (instance.tenant === tenant.key) removeInstance(env, instance);
  }
  env.tenants.delete(tenant);
}

export function removeUser(env: Environment, user: UserRecord): void {
  for (const assignment of assignmentsOf(env, user.key)) env.assignments.delete(assignment);
  env.users.delete(user);
}

/**
 * Removes every reference to a part of the schema that no longer exists. Simpler than a cascade for each kind
 * of part, and cannot miss one.
 */
export function removeDanglingReferences(env: Environment): void {
  for (const instance of env.instances.values()) {
    if (!env.resources.has(instance.resource)) removeInstance(env, instance);
  }
  for (const resource of env.resources.values()) cleanResource(env, resource);
  for (const role of env.roles.values()) {
    const cleaned = cleanRole(env, role);
    if (cleaned !== role) env.roles.put(cleaned);
  }
  deleteInvalid(env.assignments, ({ role, resource_instance }) => {
    if (resource_instance === null) return role === TENANT_ASSOCIATION || env.roles.has(role);
    const resource = env.resources.get(resource_instance.slice(0, resource_instance.indexOf(':')));
    return resource !== undefined && Object.hasOwn(resource.roles, role);
  });
  deleteInvalid(env.tuples, ({ subject, relation, object }) => {
    const link = env.resources.get(object.slice(0, object.indexOf(':')))?.relations[relation];
    return link !== undefined && subject.startsWith(`${link.subject_resource}:`);
  });
  cleanConditionSets(env);
}

function deleteInvalid<T>(table: Table<T>, isValid: (record: T) => boolean): void {
  for (const record of table.values()) if (!isValid(record)) table.delete(record);
}

/** The same array when nothing is removed, so that a caller can detect a change. */
function onlyValid<T>(items: readonly T[], isValid: (item: T) => boolean): readonly T[] {
  return items.every(isValid) ? items : items.filter(isValid);
}

function permissionExists({ resources }: Environment, permission: string): boolean {
  const [type = '', action = ''] = permission.split(':');
  const resource = resources.get(type);
  return resource !== undefined && Object.hasOwn(resource.actions, action);
}

function ruleIsValid(
  { resources }: Environment,
  rule: DerivationRule,
  own: ResourceRecord | undefined,
): boolean {
  const on = rule.on_resource === own?.key ? own : resources.get(rule.on_resource);
  if (on === undefined || !Object.hasOwn(on.roles, rule.role)) return false;
  return own === undefined || own.relations[rule.linked_by_relation]?.subject_resource === on.key;
}

function cleanRole(env: Environment, role: RoleRecord, own?: ResourceRecord): RoleRecord {
  const siblings = own?.roles;
  const permissions = onlyValid(role.permissions, (permission) => permissionExists(env, permission));
  const parents = onlyValid(role.extends, (key) =>
    siblings ? Object.hasOwn(siblings, key) : env.roles.has(key),
  );
  const granted_to = cleanDerivation(env, role.granted_to, own);
  const same = permissions === role.permissions && parents === role.extends && granted_to === role.granted_to;
  return same ? role : { ...role, permissions, extends: parents, granted_to };
}

function cleanDerivation(
  env: Environment,
  derivation: Derivation | null,
  own?: ResourceRecord,
): Derivation | null {
  if (derivation === null) return null;
  const rules = onlyValid(derivation.users_with_role, (rule) => ruleIsValid(env, rule, own));
  return rules === derivation.users_with_role ? derivation : { ...derivation, users_with_role: rules };
}

function cleanMap<T>(parts: ByKey<T>, cleanPart: (part: T) => T | undefined): ByKey<T> {
  let same = true;
  const cleaned: Record<string, T> = {};
  for (const [key, part] of Object.entries(parts)) {
    const next = cleanPart(part);
    if (next !== part) same = false;
    if (next !== undefined) cleaned[key] = next;
  }
  return same ? parts : cleaned;
}

function cleanResource(env: Environment, resource: ResourceRecord): void {
  const relations = cleanMap(resource.relations, (relation) =>
    env.resources.has(relation.subject_resource) ? relation : undefined,
  );
  const own = relations === resource.relations ? resource : { ...resource, relations };
  const roles = cleanMap(own.roles, (role) => cleanRole(env, role, own));
  const action_groups = cleanMap(own.action_groups, (group) => {
    const actions = onlyValid(group.actions, (action) => Object.hasOwn(own.actions, action));
    return actions === group.actions ? group : { ...group, actions };
  });
  if (own === resource && roles === own.roles && action_groups === own.action_groups) return;
  env.resources.put({ ...own, roles, action_groups });
}

function cleanConditionSets(env: Environment): void {
  deleteInvalid(env.conditionSets, ({ key, type, autogenerated, resource }) => {
    if (type === 'resourceset') return resource !== null && env.resources.has(resource);
    return !autogenerated || env.roles.has(key.replace(/^__autogen_/, ''));
  });
  deleteInvalid(env.setRules, ({ user_set, permission, resource_set }) => {
    if (!env.conditionSets.has(user_set) || !env.conditionSets.has(resource_set)) return false;
    return permissionExists(env, permission);
  });
}
