import type { Check } from '../core/decision.ts';
import { permissionsOf } from '../core/grants.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import type { Asked, Fields } from './read-request.ts';

/**
 * `resource.id` of the resource as a whole, because AuthZEN requires an identifier: `members:view` in the tenant. No key
 * of an instance in Permit can have this character.
 */
export const wholeResource = '*';

/** The subject type of users and machines, which AuthZEN requires. */
export const subjectType = 'user';

/** The property of a resource with its tenant, as Permit's PDP reads it. */
export const tenantProperty = 'tenant';

/** Reads AuthZEN's entities as checks of a policy. A string explains why the policy denies them without a check. */
export type CheckOf<P extends Policy> = (asked: Asked, tenant: string) => Check<PermissionOf<P>> | string;

/**
 * The declared properties of the resource are the check's attributes. The context and the action's properties are its
 * context, as far as conditions use them: a timestamp that no condition reads would defeat the cache.
 */
export function createCheckOf<P extends Policy>(policy: P): CheckOf<P> {
  const known = new Map(
    permissionsOf(policy).map((permission): [string, PermissionOf<P>] => [permission, permission]),
  );
  const conditions = JSON.stringify([policy.userSets, policy.resourceSets]);
  const used = new Set([...conditions.matchAll(/"context\.([^".]+)/g)].map(([, name]) => name));

  return ({ subject, resource, action, context }, tenant) => {
    const permission = known.get(`${resource.type}:${action.name}`);
    if (subject.type !== subjectType) return `There are no subjects of the type ${subject.type}.`;
    if (permission === undefined) return `The policy has no permission ${resource.type}:${action.name}.`;
    const declared = policy.resources[resource.type]?.attributes ?? {};
    const named = Object.hasOwn(declared, tenantProperty) ? undefined : resource.properties[tenantProperty];
    if (named !== undefined && named !== tenant) return 'The resource belongs to another tenant.';
    return {
      subject: subject.id,
      tenant,
      permission,
      instance: resource.id === wholeResource ? undefined : resource.id,
      attributes: pick(resource.properties, (name) => Object.hasOwn(declared, name)),
      context: pick({ ...context, ...action.properties }, (name) => used.has(name)),
    };
  };
}

/** `undefined` when there are none: checks with and without an empty object are the same question. */
function pick(from: Fields, isWanted: (name: string) => boolean): Fields | undefined {
  const entries = Object.entries(from).filter(([name]) => isWanted(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
