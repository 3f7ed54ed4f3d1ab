import type { DerivationDefinition, Policy, ResourceDefinition, RuleDefinition } from '../../core/policy.ts';
import { assertAnyRole } from '../../core/define-policy.ts';
import { permissionsOfRole } from '../../core/grants.ts';
import { canonicalCondition } from '../conditions/condition-tree.ts';
import {
  ruleKey,
  type DerivationSchema,
  type Party,
  type PolicySchema,
  type ResourceSchema,
  type RuleSchema,
  type SetSchema,
} from './policy-schema.ts';

/**
 * Each tenant role lists its inherited permissions.
 * @throws {TypeError} when a user set and a resource set have the same key, because in Permit they share one key space
 */
export function schemaOfPolicy(policy: Policy): PolicySchema {
  const { userAttributes = {}, resources, roles, rules = [] } = policy;
  return {
    userAttributes: mapOf(userAttributes, ([, type]) => type, isDeclaredAttribute),
    resources: mapOf(resources, ([key, resource]) => schemaOfResource(key, resource)),
    roles: mapOf(roles, ([key, { name = defaultName(key) }]) => ({
      name,
      permissions: permissionsOfRole(policy, key),
      extends: [],
    })),
    sets: schemaOfSets(policy),
    rules: schemaOfRules(rules),
    unsupported: [],
  };
}

const isDeclaredAttribute = (name: string): boolean => !isBuiltInUserAttribute(name);

function schemaOfResource(key: string, resource: ResourceDefinition): ResourceSchema {
  const { name = defaultName(key), actions, attributes = {}, relations = {}, roles = {} } = resource;
  return {
    name,
    actions: [...new Set(actions)],
    attributes: mapOf(attributes, ([, type]) => type),
    relations: mapOf(relations, ([, target]) => target),
    roles: mapOf(roles, ([role, definition]) => ({
      name: definition.name ?? defaultName(role),
      permissions: [...new Set(definition.permissions)],
      extends: [],
      derivations: {
        from: distinctDerivations(definition.derivedFrom ?? []),
        onlyWithoutDirectRole: definition.onlyWithoutDirectRole ?? false,
      },
    })),
  };
}

function distinctDerivations(derivations: readonly DerivationDefinition[]): DerivationSchema[] {
  const found = new Map<string, DerivationSchema>();
  for (const { role, on, via } of derivations) {
    found.set(`${role} ${on} ${via}`, { role, on, via, onlyWithoutDirectRole: false });
  }
  return [...found.values()];
}

function schemaOfSets(policy: Policy): ReadonlyMap<string, SetSchema> {
  assertAnyRole(policy);
  const { userSets = {}, resourceSets = {} } = policy;
  const sets = new Map<string, SetSchema>();
  for (const [key, { name = defaultName(key), where }] of Object.entries(userSets)) {
    const condition = canonicalCondition(where);
    sets.set(key, { kind: 'user set', name, resource: undefined, where: condition, parent: undefined });
  }
  for (const [key, { name = defaultName(key), where, resource }] of Object.entries(resourceSets)) {
    if (sets.has(key)) throw new TypeError(`"${key}" is both a user set and a resource set.`);
    const condition = canonicalCondition(where);
    sets.set(key, { kind: 'resource set', name, resource, where: condition, parent: undefined });
  }
  return sets;
}

/** By `ruleKey`. Merges rules of the same two sides. A rule without a side or permissions grants nothing. */
function schemaOfRules(rules: readonly RuleDefinition[]): ReadonlyMap<string, RuleSchema> {
  const found = new Map<string, RuleSchema>();
  for (const rule of rules) {
    const who = partyOf(['user set', rule.userSet], ['role', rule.role]);
    const what = partyOf(['resource set', rule.resourceSet], ['resource', rule.resource]);
    if (who === undefined || what === undefined || rule.permissions.length === 0) continue;
    const key = ruleKey({ who, what });
    const before = found.get(key)?.permissions ?? [];
    found.set(key, { who, what, permissions: [...new Set([...before, ...rule.permissions])] });
  }
  return found;
}

function partyOf<Kind extends string>(
  ...candidates: readonly (readonly [Kind, string | undefined])[]
): Party<Kind> | undefined {
  for (const [kind, key] of candidates) if (key !== undefined) return { kind, key };
  return undefined;
}

function mapOf<From, To>(
  table: Readonly<Record<string, From>>,
  convert: (entry: [string, From]) => To,
  includes: (key: string) => boolean = () => true,
): Map<string, To> {
  const entries = Object.entries(table).filter(([key]) => includes(key));
  return new Map(entries.map((entry) => [entry[0], convert(entry)]));
}

export function defaultName(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

/* Never changed or removed. */

/** Exist without a declaration. */
const userAttributes = new Set(['key', 'email', 'first_name', 'last_name', 'roles', 'tenants']);

export function isBuiltInUserAttribute(name: string): boolean {
  return userAttributes.has(name);
}

/** For example `__user`, which holds the user attributes. */
export function isBuiltInResource(key: string): boolean {
  return key.startsWith('__');
}

/** `tenant-association` makes a user a member of a tenant and grants no permission. */
export function isBuiltInRole(key: string): boolean {
  return key === 'tenant-association';
}

const autogenerated = '__autogen_';

/** Permit generated the set for this role or resource, so that rules can refer to it; `undefined` for other sets. */
export function ownerOfAutogeneratedSet(key: string): string | undefined {
  return key.startsWith(autogenerated) ? key.slice(autogenerated.length) : undefined;
}
