import type { Permit } from 'permitio';
import type { z } from 'zod/v4';
import { listAll, pageSize } from '../../permit/list-all.ts';
import type { CallPermit } from '../../permit/permit-caller.ts';
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
import { retryRateLimited } from './retry-rate-limited.ts';
import { rawApi } from './raw-api.ts';
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
 * resource and a few more, and additional ones when a list has several pages. Retries after a 429.
 * @param caller - Created with `createPermitCaller`.
 * @throws {PermitApiError} also when a response does not have the documented shape.
 */
export async function readEnvironment(caller: CallPermit): Promise<PolicySchema> {
  const call = retryRateLimited(caller);
  const resources = await listAll(call, {
    operation: 'list resources',
    item: ResourceResponse,
    run: (permit, page) => permit.api.resources.list({ page, perPage: pageSize }),
  });
  const declared = resources.filter(({ key }) => !isBuiltInResource(key));
  const schemas = new Map<string, ResourceSchema>();
  const unsupported: string[] = declared.flatMap(unsupportedFieldsOf);
  // oxlint-disable-next-line no-await-in-loop -- sequential: Permit limits the rate
  for (const resource of declared) schemas.set(resource.key, await readResource(call, resource, unsupported));
  const roles = await listAll(call, {
    operation: 'list roles',
    item: RoleResponse,
    run: (permit, page) => permit.api.roles.list({ page, perPage: pageSize }),
  });
  const sets = await listAll(call, {
    operation: 'list condition sets',
    item: ConditionSetResponse,
    run: (permit, page) => permit.api.conditionSets.list({ page, perPage: pageSize }),
  });
  const rules = await listAll(call, {
    operation: 'list condition set rules',
    item: SetRuleResponse,
    run: listSetRules,
  });
  return {
    userAttributes: await readUserAttributes(call),
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
  call: CallPermit,
  resource: z.output<typeof ResourceResponse>,
  unsupported: string[],
): Promise<ResourceSchema> {
  const { key, name, actions, attributes } = resource;
  const relations = await listAll(call, {
    operation: `list relations of ${key}`,
    item: RelationResponse,
    run: (permit, page) => permit.api.resourceRelations.list({ resourceKey: key, page, perPage: pageSize }),
  });
  const roles = await listAll(call, {
    operation: `list roles of ${key}`,
    item: ResourceRoleResponse,
    run: (permit, page) => permit.api.resourceRoles.list({ resourceKey: key, page, perPage: pageSize }),
  });
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

/** The SDK has no method for user attributes, so this uses its HTTP client. */
async function readUserAttributes(call: CallPermit): Promise<ReadonlyMap<string, string>> {
  const attributes = await listAll(call, {
    operation: 'list user attributes',
    item: AttributeResponse,
    run: (permit, page) => rawApi(permit).get('schema', 'users/attributes', { page, per_page: pageSize }),
  });
  const declared = attributes.filter(({ key }) => !isBuiltInUserAttribute(key));
  return new Map(declared.map(({ key, type }) => [key, type]));
}

type SetRuleFilter = Parameters<Permit['api']['conditionSetRules']['list']>[0];

/** One page of the rules, as Permit's API returns it. */
function listSetRules(permit: Permit, page: number): Promise<unknown> {
  const everything: Partial<SetRuleFilter> = { page, perPage: pageSize };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK's type requires filters that are optional in its code and in the API
  return permit.api.conditionSetRules.list(everything as SetRuleFilter);
}
