import {
  allows,
  type AuthorizationQuery,
  type AuthorizationResult,
  check,
  type DataDocument,
  type World,
  worldFromDocument,
} from '@latchkey/permit-engine';
import type { Check } from '../core/decision.ts';
import type { Policy } from '../core/policy.ts';
import { grouped } from '../core/records.ts';
import { type Facts, toJson, tuplesOf, type UserFact } from './facts.ts';
import { conditionSetsOf, schemaDocument } from './schema-document.ts';

export function worldOf(policy: Policy, facts: Facts): World {
  return worldFromDocument(
    { ...schemaDocument(policy), ...factsDocument(facts), use_debugger: false },
    conditionSetsOf(policy),
  );
}

type Document = Pick<
  DataDocument,
  'users' | 'tenants' | 'role_assignments' | 'resource_instances' | 'relationships'
>;

/** As in the data document of Permit's PDP. */
function factsDocument(facts: Facts): Document {
  const { users = {}, instances = {} } = facts;
  const keys = Object.keys(users);
  return {
    users: Object.fromEntries(keys.map((key) => [key, userEntry(key, users[key])])),
    tenants: tenantEntries(facts),
    role_assignments: Object.fromEntries(keys.map((key) => [`user:${key}`, assignments(users[key])])),
    resource_instances: Object.fromEntries(
      Object.entries(instances).map(([object, instance]) => [
        object,
        { tenant: instance?.tenant ?? null, attributes: toJson(instance?.attributes ?? {}) },
      ]),
    ),
    relationships: relationships(facts),
  };
}

/** Fields such as `email` and `key` are attributes. */
function userEntry(
  key: string,
  { roles = {}, attributes = {}, email }: UserFact = {},
): Document['users'][string] {
  return {
    attributes: toJson({ email, ...attributes, key }),
    roleAssignments: Object.fromEntries(heldIn(roles)),
  };
}

function assignments({ roles = {}, instanceRoles = {} }: UserFact = {}): Record<string, readonly string[]> {
  return Object.fromEntries([
    ...heldIn(roles).map(([tenant, held]) => [`__tenant:${tenant}`, held] as const),
    ...heldIn(instanceRoles),
  ]);
}

/** An empty entry would make the user a member. */
function heldIn(
  roles: Readonly<Record<string, readonly string[] | undefined>>,
): [string, readonly string[]][] {
  return Object.entries(roles).flatMap(([where, held = []]): [string, readonly string[]][] =>
    held.length === 0 ? [] : [[where, held]],
  );
}

/** Every environment has the tenant `default`. */
function tenantEntries({ users = {}, tenants = {}, instances = {} }: Facts): Document['tenants'] {
  const named = [
    'default',
    ...Object.keys(tenants),
    ...Object.values(users).flatMap(({ roles = {} }) => Object.keys(roles)),
    ...Object.values(instances).flatMap((instance) => (instance === undefined ? [] : [instance.tenant])),
  ];
  return Object.fromEntries(
    named.map((key) => [key, { attributes: toJson(tenants[key]?.attributes ?? {}) }]),
  );
}

/** By object, relation and the type of the linked instance. */
function relationships(facts: Facts): Record<string, Record<string, Record<string, string[]>>> {
  return grouped(
    tuplesOf(facts),
    ({ object }) => object,
    (ofObject) =>
      grouped(
        ofObject,
        ({ relation }) => relation,
        (ofRelation) =>
          grouped(
            ofRelation.map(({ subject }) => ({ subject, colon: subject.indexOf(':') })),
            ({ subject, colon }) => subject.slice(0, colon),
            (subjects) => subjects.map(({ subject, colon }) => subject.slice(colon + 1)),
          ),
      ),
  );
}

/** With debug output. */
export function askEngine(world: World, asked: Check): AuthorizationResult {
  return check(world, { ...queryOf(asked), use_debugger: true });
}

export function engineAllows(world: World, asked: Check): boolean {
  return allows(world, queryOf(asked));
}

function queryOf({
  subject,
  tenant,
  permission,
  instance,
  attributes,
  userAttributes,
  context,
}: Check): AuthorizationQuery {
  const [type = '', action = ''] = permission.split(':');
  return {
    user: { key: subject, attributes: userAttributes && toJson(userAttributes) },
    action,
    resource: { type, key: instance, tenant, attributes: attributes && toJson(attributes) },
    context: context && toJson(context),
  };
}
