import type { AttributeTable, Policy, ResourceDefinition } from '../../core/policy.ts';
import { mapValues } from '../../core/records.ts';
import { AttributeTypeName } from '../conditions/check-condition.ts';
import {
  grantedPermissions,
  type PolicySchema,
  type ResourceRoleSchema,
  type ResourceSchema,
  type RoleSchema,
} from '../schema/policy-schema.ts';
import { hasPermission, named, pullRules, pullSets, type Note } from './pull-sets.ts';

/** The result of `pullPolicy`. */
export interface PulledPolicy {
  readonly policy: Policy;
  /**
   * What a policy table cannot express. A plan for the pulled policy would change it, except for descriptions and
   * action names, which a plan never changes.
   */
  readonly notes: readonly string[];
}

/** Thrown when the environment contains no policy: no role, or no resource with an action. */
export class NothingToPullError extends Error {
  override readonly name = 'NothingToPullError';
  readonly code = 'POLICY_NOTHING_TO_PULL';
}

/**
 * Creates the policy table of an environment. A plan of this table has no changes, except for what a table cannot
 * express, which is left out and noted: the table never grants more.
 * @param environment - The result of `readEnvironment`.
 * @param defaultRole - Permit does not store it. If it is absent or unknown, the environment's first role is used.
 * @throws {NothingToPullError}
 */
export function pullPolicy(environment: PolicySchema, defaultRole?: string): PulledPolicy {
  const notes: string[] = [];
  const note: Note = (text) => void notes.push(text);
  for (const text of environment.unsupported)
    note(`A table has no place for ${text}. It stays in Permit: a plan does not touch it.`);
  const expressible = expressiblePart(environment, note);
  const [first] = expressible.roles.keys();
  if (first === undefined || expressible.resources.size === 0) {
    throw new NothingToPullError(
      'The environment has no role, or no resource with an action: there is no policy.',
    );
  }
  const { userSets, resourceSets } = pullSets(expressible, note);
  const rules = pullRules(
    expressible,
    new Set([...Object.keys(userSets), ...Object.keys(resourceSets)]),
    note,
  );
  const policy: Policy = {
    ...unlessEmpty('userAttributes', attributeTable(expressible.userAttributes)),
    resources: mapValues(Object.fromEntries(expressible.resources), (resource, key) =>
      pullResource(resource, key, note),
    ),
    roles: mapValues(Object.fromEntries(expressible.roles), (role, key) => pullRole(expressible, key, role)),
    ...unlessEmpty('userSets', userSets),
    ...unlessEmpty('resourceSets', resourceSets),
    ...(rules.length > 0 && { rules }),
    defaultRole: defaultRole !== undefined && expressible.roles.has(defaultRole) ? defaultRole : first,
  };
  return { policy, notes };
}

/** Without resources that have no action, attributes of unknown types, and references to either. */
function expressiblePart(environment: PolicySchema, note: Note): PolicySchema {
  const resources = new Map<string, ResourceSchema>();
  for (const [key, resource] of environment.resources) {
    if (resource.actions.length === 0)
      note(`Resource ${key} has no action, and a table's resources have one.`);
    else resources.set(key, resource);
  }
  for (const [key, resource] of resources) {
    const relations = filterMap(resource.relations, (target) => resources.has(target));
    const attributes = withKnownTypes(resource.attributes, (name) =>
      note(`Attribute ${key}.${name} is of another type.`),
    );
    resources.set(key, { ...resource, relations, attributes });
  }
  const userAttributes = withKnownTypes(environment.userAttributes, (name) =>
    note(`User attribute ${name} is of another type.`),
  );
  return { ...environment, resources, userAttributes };
}

function withKnownTypes(
  attributes: ReadonlyMap<string, string>,
  onUnknownType: (name: string) => void,
): Map<string, string> {
  return filterMap(attributes, (type, name) => {
    const isKnown = AttributeTypeName.safeParse(type).success;
    if (!isKnown) onUnknownType(name);
    return isKnown;
  });
}

function pullResource(resource: ResourceSchema, key: string, note: Note): ResourceDefinition {
  const [first = '', ...others] = resource.actions;
  return {
    ...named(resource.name, key),
    actions: [first, ...others],
    ...unlessEmpty('attributes', attributeTable(resource.attributes)),
    ...unlessEmpty('relations', Object.fromEntries(resource.relations)),
    ...unlessEmpty(
      'roles',
      mapValues(Object.fromEntries(resource.roles), (role, name) => {
        if (role.extends.length > 0) note(`Role ${key}#${name} inherits; its permissions are written out.`);
        return {
          ...named(role.name, name),
          permissions: [...grantedPermissions(resource.roles, name)],
          ...pullDerivations(role, resource, (why) => note(`Role ${key}#${name} ${why}`)),
        };
      }),
    ),
  };
}

/**
 * In a table, `onlyWithoutDirectRole` applies to all derivations of a role. If only some have it in Permit, those are
 * left out, because without it they would grant more.
 */
function pullDerivations(role: ResourceRoleSchema, resource: ResourceSchema, note: Note) {
  const { derivations } = role;
  const from = derivations.from.filter(({ via }) => resource.relations.has(via));
  const everyOne = from.length > 0 && from.every(({ onlyWithoutDirectRole }) => onlyWithoutDirectRole);
  const included = everyOne ? from : from.filter(({ onlyWithoutDirectRole }) => !onlyWithoutDirectRole);
  if (included.length < from.length)
    note('derives in part only where there is no direct role; that part is left out.');
  return {
    ...(included.length > 0 && { derivedFrom: included.map(({ role, on, via }) => ({ role, on, via })) }),
    ...((derivations.onlyWithoutDirectRole || everyOne) && { onlyWithoutDirectRole: true }),
  };
}

function pullRole({ roles, resources }: PolicySchema, key: string, role: RoleSchema) {
  const parents = role.extends.filter((parent) => roles.has(parent));
  return {
    ...named(role.name, key),
    ...(parents.length > 0 && { extends: parents }),
    permissions: role.permissions.filter((permission) => hasPermission(resources, permission)),
  };
}

function attributeTable(attributes: ReadonlyMap<string, string>): AttributeTable {
  return mapValues(Object.fromEntries(attributes), (type) => AttributeTypeName.parse(type));
}

function unlessEmpty<Key extends string, Value extends object>(key: Key, value: Value) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript types a computed key as any string
  return (Object.keys(value).length === 0 ? {} : { [key]: value }) as { readonly [K in Key]?: Value };
}

function filterMap<Value>(
  map: ReadonlyMap<string, Value>,
  includes: (value: Value, key: string) => boolean,
): Map<string, Value> {
  return new Map([...map].filter(([key, value]) => includes(value, key)));
}

/** A TypeScript module that exports `policy`, valid but not formatted. */
export function printPolicy(policy: Policy): string {
  // In an object literal, unlike in JSON, the key `__proto__` would set the prototype.
  const table = JSON.stringify(policy).replaceAll('"__proto__":', '["__proto__"]:');
  return `import { definePolicy } from '@latchkey/permissions';\n\nexport const policy = definePolicy(${table});\n`;
}
