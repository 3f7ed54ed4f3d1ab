import type { Permit } from 'permitio';
import { z } from 'zod';
import { PermitApiError, type CallPermit } from '../../permit/permit-caller.ts';
import { isBuiltInResource, isBuiltInRole, isBuiltInUserAttribute } from '../schema/built-in.ts';
import { patient } from '../apply/throttled-caller.ts';
import {
  AttributeAnswer,
  ConditionSetAnswer,
  listOf,
  RelationAnswer,
  ResourceAnswer,
  ResourceRoleAnswer,
  RoleAnswer,
  SetRuleAnswer,
} from './permit-responses.ts';
import { permissionActions, schemaOfRules, schemaOfSets } from './environment-sets.ts';
import type {
  Derivations,
  PolicySchema,
  ResourceRoleSchema,
  ResourceSchema,
} from '../schema/policy-schema.ts';

const pageSize = 100;

/**
 * The policy that the key's environment holds, all pages of it, without what Permit brings along itself. Reads one
 * thing after the other: twice the number of resources, and a handful.
 * @throws {PermitApiError} also when an answer is not of the documented shape.
 */
export async function readEnvironment(hasty: CallPermit): Promise<PolicySchema> {
  const call = patient(hasty);
  const resources = await all(call, {
    what: 'list resources',
    item: ResourceAnswer,
    run: (permit, page) => permit.api.resources.list({ page, perPage: pageSize }),
  });
  const own = resources.filter(({ key }) => !isBuiltInResource(key));
  const schemas = new Map<string, ResourceSchema>();
  // oxlint-disable-next-line no-await-in-loop -- one at a time: the vendor limits the rate
  for (const resource of own) schemas.set(resource.key, await readResource(call, resource));
  const roles = await all(call, {
    what: 'list roles',
    item: RoleAnswer,
    run: (permit, page) => permit.api.roles.list({ page, perPage: pageSize }),
  });
  const sets = await all(call, {
    what: 'list condition sets',
    item: ConditionSetAnswer,
    run: (permit, page) => permit.api.conditionSets.list({ page, perPage: pageSize }),
  });
  const rules = await all(call, { what: 'list condition set rules', item: SetRuleAnswer, run: listSetRules });
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
  };
}

async function readResource(
  call: CallPermit,
  resource: z.output<typeof ResourceAnswer>,
): Promise<ResourceSchema> {
  const { key, name, actions, attributes } = resource;
  const relations = await all(call, {
    what: `list relations of ${key}`,
    item: RelationAnswer,
    run: (permit, page) => permit.api.resourceRelations.list({ resourceKey: key, page, perPage: pageSize }),
  });
  const roles = await all(call, {
    what: `list roles of ${key}`,
    item: ResourceRoleAnswer,
    run: (permit, page) => permit.api.resourceRoles.list({ resourceKey: key, page, perPage: pageSize }),
  });
  return {
    name,
    actions: Object.keys(actions ?? {}),
    attributes: new Map(Object.entries(attributes ?? {}).map(([attribute, { type }]) => [attribute, type])),
    relations: new Map(relations.map((relation) => [relation.key, relation.subject_resource])),
    roles: new Map(roles.map((role) => [role.key, schemaOfResourceRole(role)])),
  };
}

function schemaOfResourceRole(role: z.output<typeof ResourceRoleAnswer>): ResourceRoleSchema {
  const { name, permissions, extends: parents, granted_to } = role;
  const whole = granted_to?.when ?? false;
  const derivations: Derivations = {
    from: (granted_to?.users_with_role ?? []).map((rule) => ({
      role: rule.role,
      on: rule.on_resource,
      via: rule.linked_by_relation,
      onlyWithoutDirectRole: rule.when && !whole,
    })),
    onlyWithoutDirectRole: whole,
  };
  return { name, permissions: permissionActions(permissions), extends: parents, derivations };
}

/** The SDK has no call of its own for users' attributes; its HTTP client and scope serve. */
async function readUserAttributes(call: CallPermit): Promise<ReadonlyMap<string, string>> {
  const attributes = await all(call, {
    what: 'list user attributes',
    item: AttributeAnswer,
    async run(permit, page) {
      const { axiosInstance, url, headers } = userAttributesOf(permit);
      const answer = await axiosInstance.get<unknown>(url, { headers, params: { page, per_page: pageSize } });
      return answer.data;
    },
  });
  const declared = attributes.filter(({ key }) => !isBuiltInUserAttribute(key));
  return new Map(declared.map(({ key, type }) => [key, type]));
}

/** For whoever has made another call before, which is how the SDK learns the key's environment. */
export function userAttributesOf({ config }: Permit): {
  readonly axiosInstance: Permit['config']['axiosInstance'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { projId, envId } = config.apiContext.environmentContext;
  return {
    axiosInstance: config.axiosInstance,
    url: `${config.apiUrl}/v2/schema/${projId}/${envId}/users/attributes`,
    headers: { authorization: `Bearer ${config.token}` },
  };
}

type SetRuleFilter = Parameters<Permit['api']['conditionSetRules']['list']>[0];

function listSetRules(permit: Permit, page: number): Promise<unknown> {
  const everything: Partial<SetRuleFilter> = { page, perPage: pageSize };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK's type demands filters that its code and the API leave out
  return permit.api.conditionSetRules.list(everything as SetRuleFilter);
}

interface Listing<Item extends z.ZodType> {
  readonly what: string;
  readonly item: Item;
  readonly run: (permit: Permit, page: number) => Promise<unknown>;
}

/** Page after page, until one is not full. */
async function all<Item extends z.ZodType>(
  call: CallPermit,
  { what, item, run }: Listing<Item>,
): Promise<z.output<Item>[]> {
  const list = listOf(item);
  const found: z.output<Item>[] = [];
  for (let page = 1; ; page++) {
    // oxlint-disable-next-line no-await-in-loop -- only a page tells whether there is another
    const parsed = list.safeParse(await call(what, (permit) => run(permit, page)));
    if (!parsed.success) throw misunderstood(what, parsed.error);
    found.push(...parsed.data);
    if (parsed.data.length < pageSize) return found;
  }
}

function misunderstood(what: string, cause: z.ZodError): PermitApiError {
  const where = cause.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  return new PermitApiError(`Permit's answer to "${what}" was not understood: ${where}`, {
    status: 200,
    cause,
  });
}
