import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod/v4';
import type { Check } from '../core/decision.ts';
import { ExplanationUnavailableError } from '../core/errors.ts';
import type { Facts, Tuple } from '../facts/facts.ts';
import type { Policy } from '../core/policy.ts';
import { grouped } from '../core/records.ts';
import { pageSize, permitPath, type PermitClient } from './client/permit-client.ts';

/** Of one list. */
const maxPages = 50;
/** Whose links are followed from the check's instance. */
const maxInstances = 200;

const Attributes = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((values) => values ?? {});
const UserResponse = z.object({ email: z.string().nullish(), attributes: Attributes });
const TenantResponse = z.object({ attributes: Attributes });
const InstanceResponse = z.object({ tenant: z.string(), attributes: Attributes });
const AssignmentResponse = z.object({
  role: z.string(),
  tenant: z.string(),
  resource_instance: z.string().nullish(),
});
const LinkResponse = z.object({
  subject: z.string(),
  relation: z.string(),
  object: z.string(),
  tenant: z.string(),
});

type Assignment = z.output<typeof AssignmentResponse>;
type Link = z.output<typeof LinkResponse>;

/**
 * The facts that decide a check: the user, the tenant, the instance, and the instances that its roles derive from. A
 * few calls, plus one for each linked instance. Leaves out instances to which conditions refer by `fk_resource_type`.
 * @throws {PermitApiError}
 * @throws {ExplanationUnavailableError} for more than 5,000 roles or 200 linked instances
 */
export async function readFacts(client: PermitClient, policy: Policy, check: Check): Promise<Facts> {
  const { subject, tenant, permission, instance } = check;
  const object = instance === undefined ? undefined : `${permission.split(':')[0]}:${instance}`;
  const [user, inTenant, stored, links] = await Promise.all([
    client.find(permitPath`/facts/users/${subject}`, UserResponse),
    client.find(permitPath`/facts/tenants/${tenant}`, TenantResponse),
    object === undefined
      ? undefined
      : client.find(permitPath`/facts/resource_instances/${object}`, InstanceResponse),
    object === undefined ? [] : readLinks(client, policy, object),
  ]);
  const assignments =
    user === undefined
      ? []
      : await readList(client, permitPath`/facts/role_assignments?user=${subject}`, AssignmentResponse);
  return {
    users: user === undefined ? {} : { [subject]: userOf(user, assignments) },
    tenants: inTenant === undefined ? {} : { [tenant]: inTenant },
    instances: instancesOf(assignments, links, object === undefined ? undefined : { object, stored }),
  };
}

type Stored = z.output<typeof InstanceResponse> | undefined;

function userOf({ email, attributes }: z.output<typeof UserResponse>, assignments: readonly Assignment[]) {
  const held = (of: (assignment: Assignment) => string | undefined) => {
    const roles = new Map<string, string[]>();
    for (const assignment of assignments) {
      const where = of(assignment);
      if (where !== undefined) roles.set(where, [...(roles.get(where) ?? []), assignment.role]);
    }
    return Object.fromEntries(roles);
  };
  return {
    attributes,
    ...(typeof email === 'string' && { email }),
    roles: held(({ tenant, resource_instance: object }) => (typeof object === 'string' ? undefined : tenant)),
    instanceRoles: held(({ resource_instance: object }) => object ?? undefined),
  };
}

/** Those with roles or links, and the instance of the check. */
function instancesOf(
  assignments: readonly Assignment[],
  links: readonly Link[],
  target: { readonly object: string; readonly stored: Stored } | undefined,
): NonNullable<Facts['instances']> {
  const tenants = new Map<string, string>();
  for (const { resource_instance: object, tenant } of assignments) {
    if (typeof object === 'string') tenants.set(object, tenant);
  }
  for (const { subject, object, tenant } of links) tenants.set(subject, tenant).set(object, tenant);
  if (target?.stored !== undefined) tenants.set(target.object, target.stored.tenant);
  return Object.fromEntries(
    [...tenants].map(([key, tenant]) => [
      key,
      {
        tenant,
        attributes: key === target?.object ? (target.stored?.attributes ?? {}) : {},
        relations: relationsOf(links.filter(({ object }) => object === key)),
      },
    ]),
  );
}

function relationsOf(links: readonly Tuple[]): Record<string, string[]> {
  return grouped(
    links,
    ({ relation }) => relation,
    (ofRelation) => ofRelation.map(({ subject }) => subject),
  );
}

/** Over which roles derive, transitively. */
async function readLinks(client: PermitClient, policy: Policy, object: string): Promise<Link[]> {
  const links: Link[] = [];
  const instances = new Set([object]);
  for (const one of instances) {
    if (instances.size > maxInstances)
      throw tooLarge(`${object} is linked to more than ${maxInstances} instances`);
    const relations = relationsThatDerive(policy, one);
    if (relations.size === 0) continue;
    // oxlint-disable-next-line no-await-in-loop -- each level depends on the previous one
    const found = await readList(client, permitPath`/facts/relationship_tuples?object=${one}`, LinkResponse);
    const deriving = found.filter(({ relation }) => relations.has(relation));
    links.push(...deriving);
    for (const { subject } of deriving) instances.add(subject);
  }
  return links;
}

function relationsThatDerive({ resources }: Policy, object: string): ReadonlySet<string> {
  const roles = Object.values(resources[object.slice(0, object.indexOf(':'))]?.roles ?? {});
  return new Set(roles.flatMap(({ derivedFrom = [] }) => derivedFrom.map(({ via }) => via)));
}

function tooLarge(what: string): ExplanationUnavailableError {
  return new ExplanationUnavailableError(`${what}: that is too much to explain.`);
}

async function readList<Item>(
  client: PermitClient,
  list: string,
  item: StandardSchemaV1<unknown, Item>,
): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of client.pages(list, item)) {
    found.push(...page);
    if (found.length > maxPages * pageSize)
      throw tooLarge(`Permit has more than ${maxPages * pageSize} objects in ${list}`);
  }
  return found;
}
