import type { Permit } from 'permitio';
import { z } from 'zod/v4';
import type { Check } from '../decision.ts';
import { ExplanationUnavailableError } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { Tuple } from '../facts/tuples.ts';
import type { Policy } from '../policy.ts';
import { listAll, pageSize } from './list-all.ts';
import { parseResponse } from './parse-response.ts';
import type { CallPermit } from './permit-caller.ts';
import { valueOnStatus } from './value-on-status.ts';

/** The maximum number of pages of one list. */
const maxPages = 50;
/** The maximum number of instances whose links are followed from the check's instance. */
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
 * Reads the facts that decide a check from Permit's API: the user's attributes and roles, the tenant, the instance, and
 * the instances that its roles derive from. Takes a few calls, plus one for each linked instance. Does not read
 * instances that conditions refer to by `fk_resource_type`.
 * @throws {PermitApiError}
 * @throws {ExplanationUnavailableError} for a user with more than 5,000 roles or an instance with more than 200 linked
 * ones.
 */
export async function readFacts(call: CallPermit, policy: Policy, check: Check): Promise<Facts> {
  const { subject, tenant, permission, instance } = check;
  const object = instance === undefined ? undefined : `${permission.split(':')[0]}:${instance}`;
  const [user, inTenant, stored, links] = await Promise.all([
    readOne(call, { operation: `read user ${subject}`, shape: UserResponse }, (api) =>
      api.users.get(subject),
    ),
    readOne(call, { operation: `read tenant ${tenant}`, shape: TenantResponse }, (api) =>
      api.tenants.get(tenant),
    ),
    object === undefined
      ? undefined
      : readOne(call, { operation: `read ${object}`, shape: InstanceResponse }, (api) =>
          api.resourceInstances.get(object),
        ),
    object === undefined ? [] : readLinks(call, policy, object),
  ]);
  const assignments = user === undefined ? [] : await readAssignments(call, subject);
  return {
    users: user === undefined ? {} : { [subject]: userOf(user, assignments) },
    tenants: inTenant === undefined ? {} : { [tenant]: inTenant },
    instances: instancesOf(assignments, links, object === undefined ? undefined : { object, stored }),
  };
}

type Stored = z.output<typeof InstanceResponse> | undefined;

function userOf({ email, attributes }: z.output<typeof UserResponse>, assignments: readonly Assignment[]) {
  const held = (of: (assignment: Assignment) => string | undefined) => {
    const roles: Record<string, string[]> = {};
    for (const assignment of assignments) {
      const where = of(assignment);
      if (where !== undefined) (roles[where] ??= []).push(assignment.role);
    }
    return roles;
  };
  return {
    attributes,
    ...(typeof email === 'string' && { email }),
    roles: held(({ tenant, resource_instance: object }) => (typeof object === 'string' ? undefined : tenant)),
    instanceRoles: held(({ resource_instance: object }) => object ?? undefined),
  };
}

/** All known instances: those of roles and links, and the instance of the check. */
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
  const relations: Record<string, string[]> = {};
  for (const { relation, subject } of links) (relations[relation] ??= []).push(subject);
  return relations;
}

function readAssignments(call: CallPermit, user: string): Promise<Assignment[]> {
  const operation = `list the roles of ${user}`;
  return listAll(call, {
    operation,
    item: AssignmentResponse,
    run: ({ api }, page) => api.roleAssignments.list({ user, page, perPage: pageSize }),
    limit: limitOf(operation),
  });
}

/** The links to the instance over which roles are derived, transitively. */
async function readLinks(call: CallPermit, policy: Policy, object: string): Promise<Link[]> {
  const links: Link[] = [];
  const instances = new Set([object]);
  for (const one of instances) {
    if (instances.size > maxInstances)
      throw tooLarge(`${object} is linked to more than ${maxInstances} instances`);
    const relations = relationsThatDerive(policy, one);
    if (relations.size === 0) continue;
    const operation = `list the links of ${one}`;
    // oxlint-disable-next-line no-await-in-loop -- each level depends on the previous one
    const found = await listAll(call, {
      operation,
      item: LinkResponse,
      run: ({ api }, page) => api.relationshipTuples.list({ object: one, page, perPage: pageSize }),
      limit: limitOf(operation),
    });
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

function limitOf(operation: string) {
  return {
    pages: maxPages,
    error: () => tooLarge(`Permit has more than ${maxPages * pageSize} objects to "${operation}"`),
  };
}

function tooLarge(what: string): ExplanationUnavailableError {
  return new ExplanationUnavailableError(`${what}: that is too much to explain.`);
}

/** Reads one object; `undefined` when Permit has none. */
async function readOne<Shape extends z.ZodType>(
  call: CallPermit,
  { operation, shape }: { readonly operation: string; readonly shape: Shape },
  get: (api: Permit['api']) => Promise<unknown>,
): Promise<z.output<Shape> | undefined> {
  const found = await valueOnStatus(404, undefined, () => call(operation, ({ api }) => get(api)));
  return found === undefined ? undefined : parseResponse(shape, operation, found);
}
