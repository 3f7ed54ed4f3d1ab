import type { z } from 'zod/v4';
import { permitPath, type PermitClient } from '../../permit/client/permit-client.ts';
import { isBuiltInResource, isBuiltInRole, isBuiltInUserAttribute } from '../schema/built-in.ts';
import {
  AttributeResponse,
  ConditionSetResponse,
  RelationResponse,
  ResourceResponse,
  ResourceRoleResponse,
  RoleResponse,
  SetRuleResponse,
} from './permit-responses.ts';
import { unsupportedDescription, unsupportedFieldsOf } from './unsupported-fields.ts';
import { permissionActions, schemaOfRules, schemaOfSets } from './environment-sets.ts';
import type {
  Derivations,
  PolicySchema,
  ResourceRoleSchema,
  ResourceSchema,
} from '../schema/policy-schema.ts';

/**
 * Reads the policy of the API key's environment, without Permit's built-in objects. Calls are sequential: two per
 * resource and a few more, and additional ones when a list has several pages.
 * @param client - Created with `createPermitClient`.
 * @throws {PermitApiError} also when a response does not have the documented shape.
 */
export async function readEnvironment(client: PermitClient): Promise<PolicySchema> {
  const resources = await client.list('/schema/resources', ResourceResponse);
  const declared = resources.filter(({ key }) => !isBuiltInResource(key));
  const schemas = new Map<string, ResourceSchema>();
  const unsupported: string[] = declared.flatMap(unsupportedFieldsOf);
  // oxlint-disable-next-line no-await-in-loop -- sequential: Permit limits the rate
  for (const resource of declared)
    schemas.set(resource.key, await readResource(client, resource, unsupported));
  const roles = await client.list('/schema/roles', RoleResponse);
  const sets = await client.list('/schema/condition_sets', ConditionSetResponse);
  const rules = await client.list('/facts/set_rules', SetRuleResponse);
  return {
    userAttributes: await readUserAttributes(client),
    resources: schemas,
    roles: new Map(
      roles
        .filter(({ key }) => !isBuiltInRole(key))
        .map(({ key, name, permissions, extends: parents }) => [
          key,
          { name, permissions, extends: parents.filter((parent) => !isBuiltInRole(parent)) },
        ]),
    ),
    sets: schemaOfSets(sets, resources),
    rules: schemaOfRules(rules),
    unsupported: [
      ...unsupported,
      ...roles.flatMap((role) => unsupportedDescription(`role ${role.key}`, role)),
      ...sets.flatMap((set) => unsupportedDescription(`set ${set.key}`, set)),
    ],
  };
}

async function readResource(
  client: PermitClient,
  resource: z.output<typeof ResourceResponse>,
  unsupported: string[],
): Promise<ResourceSchema> {
  const { key, name, actions, attributes } = resource;
  const relations = await client.list(permitPath`/schema/resources/${key}/relations`, RelationResponse);
  const roles = await client.list(permitPath`/schema/resources/${key}/roles`, ResourceRoleResponse);
  unsupported.push(...roles.flatMap((role) => unsupportedDescription(`role ${key}#${role.key}`, role)));
  return {
    name,
    actions: Object.keys(actions ?? {}),
    attributes: new Map(Object.entries(attributes ?? {}).map(([attribute, { type }]) => [attribute, type])),
    relations: new Map(relations.map((relation) => [relation.key, relation.subject_resource])),
    roles: new Map(roles.map((role) => [role.key, schemaOfResourceRole(role)])),
  };
}

function schemaOfResourceRole(role: z.output<typeof ResourceRoleResponse>): ResourceRoleSchema {
  const { name, permissions, extends: parents, granted_to } = role;
  const forAllDerivations = granted_to?.when ?? false;
  const derivations: Derivations = {
    from: (granted_to?.users_with_role ?? []).map((rule) => ({
      role: rule.role,
      on: rule.on_resource,
      via: rule.linked_by_relation,
      onlyWithoutDirectRole: rule.when && !forAllDerivations,
    })),
    onlyWithoutDirectRole: forAllDerivations,
  };
  return { name, permissions: permissionActions(permissions), extends: parents, derivations };
}

async function readUserAttributes(client: PermitClient): Promise<ReadonlyMap<string, string>> {
  const attributes = await client.list('/schema/users/attributes', AttributeResponse);
  const declared = attributes.filter(({ key }) => !isBuiltInUserAttribute(key));
  return new Map(declared.map(({ key, type }) => [key, type]));
}
