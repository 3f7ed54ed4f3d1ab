import type { ConditionSetFacts, DataDocument, JsonObject, World } from '../src/index.ts';
import { worldFromDocument } from '../src/index.ts';

type Roles = Readonly<Record<string, readonly string[]>>;

/** An environment in a short notation. */
export interface SmallEnvironment {
  /** User → tenant or object → roles. */
  readonly users?: Readonly<Record<string, Roles>>;
  readonly userAttributes?: Readonly<Record<string, JsonObject>>;
  readonly tenants?: readonly string[];
  readonly tenantAttributes?: Readonly<Record<string, JsonObject>>;
  /** Type → actions. */
  readonly types?: Roles;
  /** `role` or `type#role` → `type:action`. */
  readonly grants?: Roles;
  /** Object → its tenant, or its tenant and attributes. */
  readonly instances?: Readonly<Record<string, string | { tenant?: string; attributes: JsonObject }>>;
  /** `[subject, relation, object]` */
  readonly tuples?: readonly (readonly [string, string, string])[];
  /** `type#role` or `role` → its `granted_to`. */
  readonly derivations?: Readonly<Record<string, GrantedTo>>;
  readonly sets?: readonly ConditionSetFacts[];
  /** `[user set, type:action, resource set]` */
  readonly rules?: readonly (readonly [string, string, string])[];
  readonly debug?: boolean;
}

type GrantedTo = NonNullable<NonNullable<DataDocument['roles']>[string]['granted_to']>;

export function worldOf(environment: SmallEnvironment): World {
  return worldFromDocument(documentOf(environment), environment.sets);
}

function documentOf(environment: SmallEnvironment): DataDocument {
  const users = environment.users ?? {};
  return {
    users: mapValues(users, (roles, key) => ({
      attributes: { ...environment.userAttributes?.[key], key },
      roleAssignments: Object.fromEntries(Object.entries(roles).filter(([object]) => !object.includes(':'))),
    })),
    role_assignments: Object.fromEntries(
      Object.entries(users).map(([key, roles]) => [`user:${key}`, mapKeys(roles, objectName)]),
    ),
    tenants: Object.fromEntries(
      (environment.tenants ?? ['default']).map((key) => [
        key,
        { attributes: environment.tenantAttributes?.[key] ?? {} },
      ]),
    ),
    resource_types: mapValues(environment.types ?? {}, (actions, type) => ({
      actions,
      roles: rolesOf(type, environment.derivations),
    })),
    roles: rolesOf('__tenant', environment.derivations),
    role_permissions: permissionsOf(environment.grants),
    resource_instances: mapValues(environment.instances ?? {}, (instance) =>
      typeof instance === 'string' ? { tenant: instance, attributes: {} } : instance,
    ),
    relationships: relationshipsOf(environment.tuples),
    condition_set_rules: rulesOf(environment.rules),
    use_debugger: environment.debug ?? false,
  };
}

export function userset(key: string, conditions: JsonObject, parent?: string): ConditionSetFacts {
  return { key, type: 'userset', conditions, parent };
}

export function resourceset(key: string, resource: string, conditions: JsonObject = {}): ConditionSetFacts {
  return { key, type: 'resourceset', resource, conditions };
}

function objectName(name: string): string {
  return name.includes(':') ? name : `__tenant:${name}`;
}

function scopeAndRole(name: string): readonly [scope: string, role: string] {
  const [scope = '', role] = name.split('#');
  return role === undefined ? ['__tenant', scope] : [scope, role];
}

function rolesOf(scope: string, derivations: SmallEnvironment['derivations'] = {}) {
  const roles: Record<string, { granted_to: GrantedTo }> = {};
  for (const [name, granted_to] of Object.entries(derivations)) {
    const [of, role] = scopeAndRole(name);
    if (of === scope) roles[role] = { granted_to };
  }
  return roles;
}

function permissionsOf(grants: Roles = {}) {
  const permissions: Record<string, Record<string, { grants: Record<string, string[]> }>> = {};
  for (const [name, list] of Object.entries(grants)) {
    const [scope, role] = scopeAndRole(name);
    const ofScope = (permissions[scope] ??= {});
    const { grants: ofRole } = (ofScope[role] ??= { grants: {} });
    for (const permission of list) {
      const [type = '', action = ''] = permission.split(':');
      (ofRole[type] ??= []).push(action);
    }
  }
  return permissions;
}

function relationshipsOf(tuples: SmallEnvironment['tuples'] = []) {
  const relationships: Record<string, Record<string, Record<string, string[]>>> = {};
  for (const [subject, relation, object] of tuples) {
    const [type = '', key = ''] = subject.split(':');
    const bySubjectType = ((relationships[object] ??= {})[relation] ??= {});
    (bySubjectType[type] ??= []).push(key);
  }
  return relationships;
}

function rulesOf(rules: SmallEnvironment['rules'] = []) {
  const all: Record<string, Record<string, Record<string, string[]>>> = {};
  for (const [userSet, permission, resourceSet] of rules) {
    const [type = '', action = ''] = permission.split(':');
    const byType = ((all[userSet] ??= {})[resourceSet] ??= {});
    (byType[type] ??= []).push(action);
  }
  return all;
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, convert: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value, key)]));
}

function mapKeys<T>(record: Readonly<Record<string, T>>, convert: (key: string) => string) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [convert(key), value]));
}
