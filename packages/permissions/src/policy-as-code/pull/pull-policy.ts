import type { AttributeTable } from '../../attribute-types.ts';
import type { Policy, ResourceDefinition } from '../../policy.ts';
import { AttributeTypeName } from '../conditions/attribute-type-name.ts';
import { grantedBy } from '../plan/plan-roles.ts';
import type {
  PolicySchema,
  ResourceRoleSchema,
  ResourceSchema,
  RoleSchema,
} from '../schema/policy-schema.ts';
import { named, pullRules, pullSets, type Note } from './pull-sets.ts';

export interface PulledPolicy {
  readonly policy: Policy;
  /** What the environment holds and a table cannot say, a sentence each. Planning shows each of it as a change. */
  readonly notes: readonly string[];
}

/** An environment without a single role, or without a resource that has an action, holds no policy yet. */
export class NothingToPullError extends Error {
  override readonly name = 'NothingToPullError';
  readonly code = 'POLICY_NOTHING_TO_PULL';
}

/**
 * The table that says what an environment says, so that planning it there finds nothing to do. What a table cannot say
 * is left out, never widened, and noted.
 * @param defaultRole - Permit has none; the first role when absent or unknown.
 * @throws {NothingToPullError}
 */
export function pullPolicy(environment: PolicySchema, defaultRole?: string): PulledPolicy {
  const notes: string[] = [];
  const note: Note = (sentence) => void notes.push(sentence);
  const known = knownPart(environment, note);
  const [first] = known.roles.keys();
  if (first === undefined || known.resources.size === 0) {
    throw new NothingToPullError(
      'The environment has no role, or no resource with an action: there is no policy.',
    );
  }
  const { userSets, resourceSets } = pullSets(known, note);
  const rules = pullRules(known, new Set([...Object.keys(userSets), ...Object.keys(resourceSets)]), note);
  const policy: Policy = {
    ...present('userAttributes', attributeTable(known.userAttributes)),
    resources: recordOf(known.resources, (resource, key) => pullResource(resource, key, note)),
    roles: recordOf(known.roles, (role, key) => pullRole(known, key, role)),
    ...present('userSets', userSets),
    ...present('resourceSets', resourceSets),
    ...(rules.length > 0 && { rules }),
    defaultRole: defaultRole !== undefined && known.roles.has(defaultRole) ? defaultRole : first,
  };
  return { policy, notes };
}

/** Without resources that have no action and attributes of other types, and without what refers to them. */
function knownPart(environment: PolicySchema, note: Note): PolicySchema {
  const resources = new Map<string, ResourceSchema>();
  for (const [key, resource] of environment.resources) {
    if (resource.actions.length === 0)
      note(`Resource ${key} has no action, and a table's resources have one.`);
    else resources.set(key, resource);
  }
  for (const [key, resource] of resources) {
    const relations = filterMap(resource.relations, (target) => resources.has(target));
    const attributes = nameable(resource.attributes, (name) =>
      note(`Attribute ${key}.${name} is of another type.`),
    );
    resources.set(key, { ...resource, relations, attributes });
  }
  const userAttributes = nameable(environment.userAttributes, (name) =>
    note(`User attribute ${name} is of another type.`),
  );
  return { ...environment, resources, userAttributes };
}

function nameable(
  attributes: ReadonlyMap<string, string>,
  refuse: (name: string) => void,
): Map<string, string> {
  return filterMap(attributes, (type, name) => {
    const isKnown = AttributeTypeName.safeParse(type).success;
    if (!isKnown) refuse(name);
    return isKnown;
  });
}

function pullResource(resource: ResourceSchema, key: string, note: Note): ResourceDefinition {
  const [first = '', ...others] = resource.actions;
  return {
    ...named(resource.name, key),
    actions: [first, ...others],
    ...present('attributes', attributeTable(resource.attributes)),
    ...present('relations', Object.fromEntries(resource.relations)),
    ...present(
      'roles',
      recordOf(resource.roles, (role, name) => {
        if (role.extends.length > 0) note(`Role ${key}#${name} inherits; its permissions are written out.`);
        return {
          ...named(role.name, name),
          permissions: [...grantedBy(resource.roles, name)],
          ...pullDerivations(role, resource, (why) => note(`Role ${key}#${name} ${why}`)),
        };
      }),
    ),
  };
}

/** Where some derivations alone need that there is no direct role, these are left out: without it they would grant more. */
function pullDerivations(role: ResourceRoleSchema, resource: ResourceSchema, note: Note) {
  const { derivations } = role;
  const from = derivations.from.filter(({ via }) => resource.relations.has(via));
  const each = from.length > 0 && from.every(({ onlyWithoutDirectRole }) => onlyWithoutDirectRole);
  const kept = each ? from : from.filter(({ onlyWithoutDirectRole }) => !onlyWithoutDirectRole);
  if (kept.length < from.length)
    note('derives in part only where there is no direct role; that part is left out.');
  return {
    ...(kept.length > 0 && { derivedFrom: kept.map(({ role, on, via }) => ({ role, on, via })) }),
    ...((derivations.onlyWithoutDirectRole || each) && { onlyWithoutDirectRole: true }),
  };
}

function pullRole({ roles, resources }: PolicySchema, key: string, role: RoleSchema) {
  const exists = (permission: string): boolean => {
    const [resource = '', action = ''] = permission.split(':');
    return resources.get(resource)?.actions.includes(action) ?? false;
  };
  const parents = role.extends.filter((parent) => roles.has(parent));
  return {
    ...named(role.name, key),
    ...(parents.length > 0 && { extends: parents }),
    permissions: role.permissions.filter(exists),
  };
}

function attributeTable(attributes: ReadonlyMap<string, string>): AttributeTable {
  return recordOf(attributes, (type) => AttributeTypeName.parse(type));
}

/** The entry, unless it would be empty. */
function present<Key extends string, Value extends object>(key: Key, value: Value) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key is typed as any string
  return (Object.keys(value).length === 0 ? {} : { [key]: value }) as { readonly [K in Key]?: Value };
}

function recordOf<From, To>(
  map: ReadonlyMap<string, From>,
  convert: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries([...map].map(([key, value]) => [key, convert(value, key)]));
}

function filterMap<Value>(
  map: ReadonlyMap<string, Value>,
  keep: (value: Value, key: string) => boolean,
): Map<string, Value> {
  return new Map([...map].filter(([key, value]) => keep(value, key)));
}
