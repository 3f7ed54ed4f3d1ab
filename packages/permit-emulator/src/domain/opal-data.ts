import type { Grants } from '@latchkey/permit-engine';
import type { Environment } from '../model/environment.ts';
import { objectOf, type Derivation, type MappingRule } from '../model/records.ts';
import { assignmentsOf } from './assignments.ts';
import { mapValues } from './resource-parts.ts';

/* The data document of a PDP, in the format of the vendor's backend. */

type Lists = Record<string, string[]>;

function append(lists: Lists, key: string, value: string): void {
  (lists[key] ??= []).push(value);
}

export function opalUsers(env: Environment): Record<string, unknown> {
  const users: Record<string, unknown> = {};
  for (const user of env.users.values()) {
    const roleAssignments: Lists = {};
    for (const { role, tenant, resource_instance } of assignmentsOf(env, user.key)) {
      if (resource_instance === null) append(roleAssignments, tenant, role);
    }
    users[user.key] = { roleAssignments, attributes: env.index.user(user.key)?.attributes ?? {} };
  }
  return users;
}

export function opalRoleAssignments(env: Environment): Record<string, Lists> {
  const assignments: Record<string, Lists> = {};
  for (const { user, role, tenant, resource_instance } of env.assignments.values()) {
    append((assignments[`user:${user}`] ??= {}), resource_instance ?? `__tenant:${tenant}`, role);
  }
  return assignments;
}

export function opalInstances(env: Environment): Record<string, unknown> {
  const instances: Record<string, unknown> = {};
  for (const instance of env.instances.values()) {
    instances[objectOf(instance)] = { tenant: instance.tenant, attributes: instance.attributes };
  }
  return instances;
}

export function opalRelationships(env: Environment): Record<string, Record<string, Lists>> {
  const relationships: Record<string, Record<string, Lists>> = {};
  for (const { subject, relation, object } of env.tuples.values()) {
    const colon = subject.indexOf(':');
    const bySubjectType = ((relationships[object] ??= {})[relation] ??= {});
    append(bySubjectType, subject.slice(0, colon), subject.slice(colon + 1));
  }
  return relationships;
}

function grantsOf(grants: Grants | undefined): Lists {
  return Object.fromEntries([...(grants ?? [])].map(([type, actions]) => [type, [...actions]]));
}

function derivedRole({ when, users_with_role }: Derivation): Record<string, unknown> {
  return {
    conditions: null,
    settings: { superseded_by_direct_role: when.no_direct_roles_on_object },
    rules: users_with_role.map((rule) => ({
      relation: rule.linked_by_relation,
      related_resource: rule.on_resource,
      related_role: rule.role,
      settings: { superseded_by_direct_role: rule.when.no_direct_roles_on_object },
    })),
  };
}

/**
 * The name of a set in the compiled policy: a character other than a letter or digit becomes `_` and its
 * hexadecimal code.
 */
export function regoName(type: string, key: string): string {
  return `${type}_${key.replaceAll(/[^A-Za-z0-9]/g, (sign) => `_${sign.charCodeAt(0).toString(16)}`)}`;
}

function conditionSetRules(env: Environment): Record<string, Record<string, Lists>> {
  const rules: Record<string, Record<string, Lists>> = {};
  for (const { user_set, permission, resource_set } of env.setRules.values()) {
    const [type = '', action = ''] = permission.split(':');
    append(((rules[user_set] ??= {})[resource_set] ??= {}), type, action);
  }
  return rules;
}

function mappingRule({
  url,
  url_type,
  http_method,
  resource,
  action,
  priority,
}: MappingRule): Record<string, unknown> {
  return {
    url,
    url_type: url_type ?? 'default',
    http_method,
    resource,
    action: action ?? http_method,
    priority,
  };
}

export function opalData(env: Environment): Record<string, unknown> {
  const resources = [...env.resources.values()].filter(({ built_in }) => !built_in);
  const roles = [...env.roles.values()];
  const roleData = (scope: string, keys: Iterable<string>): Record<string, unknown> =>
    Object.fromEntries(
      [...keys].map((key) => [key, { grants: grantsOf(env.index.role(scope, key)?.grants), attributes: {} }]),
    );
  const rules = conditionSetRules(env);
  return {
    use_debugger: env.index.useDebugger,
    users: opalUsers(env),
    tenants: Object.fromEntries(
      [...env.tenants.values()].map(({ key, attributes }) => [key, { attributes: attributes ?? {} }]),
    ),
    roles: Object.fromEntries(
      roles.map(({ key, attributes, granted_to }) => [
        key,
        {
          grants: grantsOf(env.index.role('__tenant', key)?.grants),
          attributes: attributes ?? {},
          granted_to,
        },
      ]),
    ),
    role_permissions: Object.fromEntries([
      ['__tenant', roleData('__tenant', env.index.roleKeys('__tenant'))],
      ...resources.map(({ key, roles: own }): [string, unknown] => [key, roleData(key, Object.keys(own))]),
    ]),
    role_assignments: opalRoleAssignments(env),
    resource_types: Object.fromEntries(
      resources.map(({ key, actions, roles: own }) => [
        key,
        {
          actions: Object.keys(actions),
          roles: mapValues(own, ({ granted_to }) => ({ granted_to })),
          derived_roles: Object.fromEntries(
            Object.values(own).flatMap((role) =>
              role.granted_to === null ? [] : [[role.key, derivedRole(role.granted_to)]],
            ),
          ),
        },
      ]),
    ),
    resource_instances: opalInstances(env),
    relationships: opalRelationships(env),
    condition_sets: Object.fromEntries(
      [...env.conditionSets.values()].map(({ key, type }) => [regoName(type, key), { key, type }]),
    ),
    condition_set_rules: rules,
    condition_set_rules_expand: rules,
    mapping_rules: {
      all: [...env.proxyConfigs.values()].flatMap(({ mapping_rules }) => mapping_rules.map(mappingRule)),
    },
  };
}
