import type { ConditionSetFacts, DataDocument } from '@latchkey/permit-engine';
import type { Policy, ResourceDefinition, RuleDefinition } from '../core/policy.ts';
import { permissionsOfRole } from '../core/grants.ts';
import { grouped, mapValues } from '../core/records.ts';
import { toJson } from './facts.ts';

type Schema = Pick<DataDocument, 'resource_types' | 'role_permissions' | 'condition_set_rules'>;
type Actions = Record<string, string[]>;

/** The policy as in the data document of Permit's PDP, in which each role lists its inherited permissions. */
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

/** The sets with their conditions, of which the data document has only the keys. */
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

/** Permit generates a set for each role and each resource, so that rules can refer to them. */
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
  return grouped(
    rules,
    ({ userSet, role = '' }) => userSet ?? generatedSet(role),
    (ofUserSet) =>
      grouped(
        ofUserSet,
        ({ resourceSet, resource = '' }) => resourceSet ?? generatedSet(resource),
        (ofBoth) => byResource(ofBoth.flatMap(({ permissions }) => permissions)),
      ),
  );
}

/** `{ reports: ['view'] }` for `['reports:view']`. */
function byResource(permissions: readonly string[]): Actions {
  return grouped(
    permissions.map((permission) => permission.split(':')),
    ([resource = '']) => resource,
    (ofResource) => ofResource.map(([, action = '']) => action),
  );
}
