import type { Json, JsonObject } from './query.ts';
import type { Request } from './request.ts';

/**
 * A value that a condition can compare. The generated `user.roles` and `user.tenants` are sets, and no JSON value
 * equals a set: `user.roles` equals `["admin"]` is false.
 */
export type Value = Json | ReadonlySet<string>;

export type AttributeMap = { readonly [key: string]: Value };

export interface Attributes {
  readonly user: AttributeMap;
  readonly resource: AttributeMap;
  readonly tenant: AttributeMap;
  readonly context: AttributeMap;
}

const NOTHING: AttributeMap = {};

/** Later sources win: generated, stored, given with the query. */
export function attributesOf(request: Request): Attributes {
  const { world, query, user, tenant, object } = request;
  const isMember = tenant !== undefined && user?.tenantRoles.has(tenant);
  return {
    user: union(
      {
        roles: (tenant === undefined ? undefined : user?.tenantRoles.get(tenant)) ?? new Set(),
        tenants: new Set(user?.tenantRoles.keys()),
      },
      user?.attributes,
      query.user.attributes,
    ),
    resource: union(
      { type: query.resource.type },
      object === undefined ? undefined : world.resourceInstance(object)?.attributes,
      query.resource.attributes,
    ),
    // A tenant's stored attributes are visible to its members only.
    tenant: union(NOTHING, isMember ? world.tenant(tenant)?.attributes : undefined, query.tenant?.attributes),
    context: query.context ?? NOTHING,
  };
}

/** Sets become sorted lists. */
export function toJson(attributes: AttributeMap): JsonObject {
  const shown = emptyRecord<Json>();
  for (const [key, value] of Object.entries(attributes)) {
    shown[key] = isSet(value) ? [...value].toSorted() : value;
  }
  return shown;
}

export function isSet(value: Value): value is ReadonlySet<string> {
  return value instanceof Set;
}

/** Merges objects recursively, like Rego's `object.union`; replaces any other value. */
function union(base: AttributeMap, ...sources: readonly (JsonObject | null | undefined)[]): AttributeMap {
  let merged = base;
  for (const source of sources) {
    if (source === undefined || source === null) continue;
    const next = Object.assign(emptyRecord<Value>(), merged);
    for (const [key, value] of Object.entries(source)) next[key] = merge(next[key], value);
    merged = next;
  }
  return merged;
}

function merge(under: Value | undefined, over: Json): Json {
  if (under === undefined || !isObject(under) || !isObject(over)) return over;
  const merged = Object.assign(emptyRecord<Json>(), under);
  for (const [key, value] of Object.entries(over)) merged[key] = merge(merged[key], value);
  return merged;
}

export function isObject(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isSet(value);
}

/** No prototype, so that `__proto__` and `constructor` are ordinary names. */
function emptyRecord<T>(): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  return record;
}

/** By the first segment of a path. Permit's first version used `subject` and `environment`. */
const ROOTS = new Map<string, keyof Attributes>([
  ['user', 'user'],
  ['subject', 'user'],
  ['resource', 'resource'],
  ['tenant', 'tenant'],
  ['context', 'context'],
  ['environment', 'context'],
]);

/** Reads a path such as `user.address.city`. `undefined` for an unknown root, or only a root. */
export function resolvePath(path: string): ((attributes: Attributes) => Value | undefined) | undefined {
  const [first = '', ...rest] = path.split('.');
  const root = ROOTS.get(first);
  if (root === undefined || rest.length === 0) return undefined;
  return (attributes) => {
    let value: Value | undefined = Object.hasOwn(attributes[root], rest[0] ?? '')
      ? attributes[root][rest[0] ?? '']
      : undefined;
    for (const key of rest.slice(1)) {
      if (value === undefined || !isObject(value) || !Object.hasOwn(value, key)) return undefined;
      value = value[key];
    }
    return value;
  };
}
