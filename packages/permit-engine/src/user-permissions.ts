import { conditionSetsOf } from './abac/condition-sets.ts';
import type { JsonObject, ResourceInput, UserPermissionsQuery } from './query.ts';
import { rolesInGraph } from './rebac/rebac.ts';
import { keyOf, typeOf } from './rebac/root-grants.ts';
import { compareStrings } from './rego-order.ts';
import { requestOf, TENANT } from './request.ts';
import type { ObjectPermissions, TenantDetails, UserPermissionsResult } from './result.ts';
import type { World } from './world.ts';

/** Membership without permissions. The vendor stores it as a role and shows it nowhere. */
export const MEMBERSHIP = 'tenant-association';

const NOTHING: JsonObject = {};

interface Entry {
  readonly about: Pick<ObjectPermissions, 'tenant' | 'resource'>;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/**
 * What a user may do in each tenant and on each instance whose tenant is known. A tenant in which the user has a role is
 * listed even if the role grants nothing.
 *
 * Conditions contribute only with `context.enable_abac_user_permissions` and `resource_types`, which names the types to
 * try. They see no other context. A permission that roles and conditions grant is listed twice.
 */
export function userPermissions(world: World, query: UserPermissionsQuery): UserPermissionsResult {
  const entries = new Map<string, Entry>();
  const filters = filtersOf(query);
  for (const [key, assigned] of world.user(query.user.key)?.tenantRoles ?? []) {
    if (!filters.type(TENANT) || !filters.tenant(key)) continue;
    const entry = tenantEntry(world, key, [...assigned]);
    if (entry !== undefined) entries.set(`${TENANT}:${key}`, entry);
  }
  for (const [object, roles] of rolesInGraph(world, query.user.key)) {
    const type = typeOf(object);
    const home = world.resourceInstance(object)?.tenant;
    if (home === undefined || !filters.type(type) || !filters.instance(object, home)) continue;
    const entry = instanceEntry(world, object, [...roles].toSorted());
    if (entry !== undefined) entries.set(object, entry);
  }
  for (const [object, granted] of conditionalPermissions(world, query)) {
    entries.set(object, withConditional(entries.get(object), granted));
  }
  return Object.fromEntries(
    [...entries]
      .toSorted(([a], [b]) => compareStrings(a, b))
      .map(([object, { about, permissions, roles }]) => [object, { ...about, permissions, roles }]),
  );
}

/** An entry that only conditions grant has no `resource`, and its tenant has no type. */
function withConditional(
  held: Entry = { about: {}, roles: [], permissions: [] },
  { tenant, permissions }: ConditionalPermissions,
): Entry {
  if (held.about.resource === undefined && held.about.tenant !== undefined) {
    return { ...held, permissions: [...held.permissions, ...permissions] };
  }
  return { ...held, about: { ...held.about, tenant }, permissions: [...permissions, ...held.permissions] };
}

function tenantEntry(world: World, key: string, assigned: readonly string[]): Entry | undefined {
  const tenant = world.tenant(key);
  if (tenant === undefined) return undefined;
  const roles = assigned.filter((role) => role !== MEMBERSHIP);
  return {
    about: { tenant: { attributes: tenant.attributes, key, type: TENANT } },
    roles,
    permissions: permissionsOf(world, TENANT, roles),
  };
}

function instanceEntry(world: World, object: string, roles: readonly string[]): Entry | undefined {
  const [type, key] = [typeOf(object), keyOf(object)];
  const { attributes = NOTHING, tenant } = world.resourceInstance(object) ?? {};
  const home = tenant === undefined ? undefined : tenantEntry(world, tenant, []);
  return (
    home && {
      about: { resource: { attributes, key, type }, ...home.about },
      roles,
      permissions: permissionsOf(world, type, roles),
    }
  );
}

function permissionsOf(world: World, scope: string, roles: readonly string[]): readonly string[] {
  const permissions = new Set<string>();
  for (const role of roles) {
    for (const [type, actions] of world.role(scope, role)?.grants ?? []) {
      for (const action of actions) permissions.add(`${type}:${action}`);
    }
  }
  return [...permissions].toSorted();
}

/** What conditions grant is not filtered. */
interface Filters {
  type(type: string): boolean;
  tenant(key: string): boolean;
  /** `home`: the tenant of the instance. */
  instance(object: string, home: string): boolean;
}

/**
 * Names may have their type or not. `tenants` also selects instances, by the key of their tenant; `__tenant:acme`
 * selects the tenant and none of its instances. (As in the vendor's policy, `tenants` also selects an instance by its
 * own name.) Older PDPs put tenants (`__tenant:acme`) into `resources`: such a list selects tenants when `tenants` does
 * not, and does not filter instances.
 */
function filtersOf({ tenants, resources, resource_types }: UserPermissionsQuery): Filters {
  const ofInstances = resources?.some((resource) => !resource.startsWith(TENANT)) === true;
  return {
    type: (type) => resource_types?.includes(type) ?? true,
    tenant: (key) => {
      const object = `${TENANT}:${key}`;
      if (tenants?.some((tenant) => tenant === key || tenant === object) === true) return true;
      if (resources?.includes(object) === true) return true;
      return (tenants ?? resources ?? undefined) === undefined;
    },
    instance: (object, home) => {
      const names = [object, keyOf(object)];
      if (tenants && !tenants.some((wanted) => wanted === home || names.includes(wanted))) return false;
      return !ofInstances || resources.some((wanted) => names.includes(wanted));
    },
  };
}

/** The tenant that the vendor assumes for an instance without one when it answers this question. */
const DEFAULT_TENANT = 'default';

interface ConditionalPermissions {
  readonly tenant: TenantDetails;
  readonly permissions: readonly string[];
}

/**
 * What rules grant, by object: on whole types in each of the user's tenants, and on every instance of the types in the
 * query, regardless of its other filters.
 */
function conditionalPermissions(
  world: World,
  query: UserPermissionsQuery,
): ReadonlyMap<string, ConditionalPermissions> {
  const granted = new Map<string, ConditionalPermissions>();
  for (const [object, resource] of candidates(world, query)) {
    const permissions = grantedTo(world, { user: query.user, resource });
    if (permissions.size === 0) continue;
    const before = granted.get(object)?.permissions ?? [];
    const key = resource.tenant;
    granted.set(object, {
      tenant: { attributes: world.tenant(key)?.attributes ?? {}, key },
      permissions: [...new Set([...before, ...permissions])].toSorted(),
    });
  }
  return granted;
}

type Candidate = ResourceInput & { readonly tenant: string };

function* candidates(
  world: World,
  { user, resource_types, context }: UserPermissionsQuery,
): Generator<readonly [object: string, resource: Candidate]> {
  if (!isRequested(context?.['enable_abac_user_permissions']) || !resource_types) return;
  for (const tenant of world.user(user.key)?.tenantRoles.keys() ?? []) {
    if (world.tenant(tenant) === undefined) continue;
    for (const type of resource_types) yield [`${TENANT}:${tenant}`, { type, tenant }];
  }
  for (const object of world.resourceInstances()) {
    const type = typeOf(object);
    if (!resource_types.includes(type)) continue;
    const tenant = world.resourceInstance(object)?.tenant ?? DEFAULT_TENANT;
    yield [object, { type, key: keyOf(object), tenant }];
  }
}

/** As in the policy, any value but `false` counts. */
export function isRequested(flag: unknown): boolean {
  return flag !== undefined && flag !== false;
}

function grantedTo(
  world: World,
  { user, resource }: { readonly user: UserPermissionsQuery['user']; readonly resource: ResourceInput },
): ReadonlySet<string> {
  const permissions = new Set<string>();
  const sets = conditionSetsOf(requestOf(world, { user, action: '', resource }));
  for (const userSet of world.conditionSets()) {
    const rules = world.conditionSetRules(userSet.key);
    if (rules === undefined || !sets.matches(userSet)) continue;
    for (const [key, byType] of rules) {
      const actions = byType.get(resource.type);
      const resourceSet = world.conditionSet(key);
      if (actions === undefined || resourceSet === undefined || !sets.matches(resourceSet)) continue;
      for (const action of actions) permissions.add(`${resource.type}:${action}`);
    }
  }
  return permissions;
}
