import type { ConditionSetFacts, DataDocument } from '@latchkey/permit-engine';
import type { Policy, ResourceDefinition, RuleDefinition } from '../policy.ts';
import { permissionsOfRole } from '../grants.ts';
import { toJson } from './to-json.ts';

type Schema = Pick<DataDocument, 'resource_types' | 'role_permissions' | 'condition_set_rules'>;
type Actions = Record<string, string[]>;

/** The policy's share of the document that Permit's backend hands its PDP: inheritance flattened, rules by their sets. */
export function schemaDocument(policy: Policy): Schema {
  return {
    resource_types: mapValues(policy.resources, ({ actions, roles = {} }) => ({
      actions,
      roles: mapValues(roles, (role) => ({ granted_to: grantedTo(role) })),
    })),
    role_permissions: {
      __tenant: mapValues(policy.roles, (_, role) => ({
        grants: byResource(permissionsOfRole(policy, role)),
      })),
      ...mapValues(policy.resources, ({ roles = {} }, resource) =>
        mapValues(roles, ({ permissions }) => ({ grants: { [resource]: permissions } })),
      ),
    },
    condition_set_rules: rulesBySets(policy.rules ?? []),
  };
}

/** The sets that rules speak of, conditions and all: the document itself only names them. */
export function conditionSetsOf({
  userSets = {},
  resourceSets = {},
  rules = [],
}: Policy): ConditionSetFacts[] {
  const declared: ConditionSetFacts[] = [
    ...Object.entries(userSets).map(([key, { where }]) => ({
      key,
      type: 'userset' as const,
      conditions: toJson(where),
    })),
    ...Object.entries(resourceSets).map(([key, { resource, where }]) => ({
      key,
      type: 'resourceset' as const,
      resource,
      conditions: toJson(where),
    })),
  ];
  const generated = rules.flatMap(({ role, resource }): ConditionSetFacts[] => [
    ...(role === undefined ? [] : [{ key: generatedSet(role), type: 'userset' as const }]),
    ...(resource === undefined
      ? []
      : [{ key: generatedSet(resource), type: 'resourceset' as const, resource }]),
  ]);
  return [...declared, ...generated];
}

/** The keys of the two sets that a rule ties together. */
export function setsOfRule({ userSet, role, resourceSet, resource }: RuleDefinition): {
  readonly userSet: string;
  readonly resourceSet: string;
} {
  return {
    userSet: userSet ?? generatedSet(role ?? ''),
    resourceSet: resourceSet ?? generatedSet(resource ?? ''),
  };
}

/** Permit lets a role, or a resource as a whole, take part in a rule through a set that it generates. */
function generatedSet(roleOrResource: string): string {
  return `__autogen_${roleOrResource}`;
}

function grantedTo({
  derivedFrom = [],
  onlyWithoutDirectRole = false,
}: NonNullable<ResourceDefinition['roles']>[string]) {
  if (derivedFrom.length === 0) return null;
  return {
    users_with_role: derivedFrom.map(({ role, on, via }) => ({
      role,
      on_resource: on,
      linked_by_relation: via,
    })),
    when: { no_direct_roles_on_object: onlyWithoutDirectRole },
  };
}

function rulesBySets(rules: readonly RuleDefinition[]): Record<string, Record<string, Actions>> {
  const all: Record<string, Record<string, Actions>> = {};
  for (const rule of rules) {
    const { userSet, resourceSet } = setsOfRule(rule);
    const ofUserSet = (all[userSet] ??= {});
    ofUserSet[resourceSet] = byResource(rule.permissions, ofUserSet[resourceSet]);
  }
  return all;
}

/** `['reports:view']` as `{ reports: ['view'] }`, added to what is there already. */
function byResource(permissions: readonly string[], there: Actions = {}): Actions {
  const all = { ...there };
  for (const permission of permissions) {
    const [resource = '', action = ''] = permission.split(':');
    all[resource] = [...(all[resource] ?? []), action];
  }
  return all;
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, convert: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value, key)]));
}
