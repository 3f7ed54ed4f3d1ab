import { flattenGrants, worldFromDocument, type Grants, type World } from '@latchkey/permit-engine';
import type { PolicySchema, ResourceRoleSchema, RoleSchema } from '../policy-as-code/schema/policy-schema.ts';

/** The policy of an environment, as the engine takes it, and what its rules may grant beside roles. */
export interface EnvironmentPolicy {
  /** Without facts. */
  readonly world: World;
  /** All permissions, `resource:action`. */
  readonly permissions: ReadonlySet<string>;
  /** The permissions that rules grant to someone, by conditions on attributes. */
  readonly byRules: ReadonlySet<string>;
}

export function environmentPolicyOf(schema: PolicySchema): EnvironmentPolicy {
  const { resources, roles, rules } = schema;
  const none = {};
  return {
    world: worldFromDocument({
      users: none,
      tenants: none,
      resource_types: mapValues(resources, (resource) => ({
        actions: resource.actions,
        roles: mapValues(resource.roles, (role) => ({ granted_to: grantedTo(role) })),
      })),
      role_permissions: {
        __tenant: grantsByRole(roles, (permission) => permission),
        ...mapValues(resources, (resource, key) =>
          grantsByRole(resource.roles, (action) => `${key}:${action}`),
        ),
      },
      use_debugger: false,
    }),
    permissions: new Set(
      [...resources].flatMap(([key, { actions }]) => actions.map((action) => `${key}:${action}`)),
    ),
    byRules: new Set([...rules.values()].flatMap(({ permissions }) => permissions)),
  };
}

function grantedTo({ derivations }: ResourceRoleSchema) {
  return {
    users_with_role: derivations.from.map(({ role, on, via, onlyWithoutDirectRole }) => ({
      role,
      on_resource: on,
      linked_by_relation: via,
      when: { no_direct_roles_on_object: onlyWithoutDirectRole },
    })),
    when: { no_direct_roles_on_object: derivations.onlyWithoutDirectRole },
  };
}

/** What each role grants, with what it extends. */
function grantsByRole(roles: ReadonlyMap<string, RoleSchema>, nameOf: (permission: string) => string) {
  const definitions = new Map(
    [...roles].map(([key, role]) => [
      key,
      { grants: grantsOf(role.permissions.map(nameOf)), extends: role.extends },
    ]),
  );
  return mapValues(flattenGrants(definitions), (grants) => ({
    grants: mapValues(grants, (actions) => [...actions]),
  }));
}

function grantsOf(permissions: readonly string[]): Grants {
  const grants = new Map<string, Set<string>>();
  for (const permission of permissions) {
    const [type = '', action = ''] = permission.split(':');
    grants.set(type, (grants.get(type) ?? new Set()).add(action));
  }
  return grants;
}

function mapValues<T, R>(
  map: ReadonlyMap<string, T>,
  convert: (value: T, key: string) => R,
): Record<string, R> {
  return Object.fromEntries([...map].map(([key, value]) => [key, convert(value, key)]));
}
