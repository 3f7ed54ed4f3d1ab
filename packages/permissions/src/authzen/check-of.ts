import type { Check } from '../core/decision.ts';
import { permissionsOf } from '../core/grants.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import type { Asked, Fields } from './read-request.ts';

/**
 * The `resource.id` of a check on the resource as a whole: AuthZEN requires an identifier, and no instance key in
 * Permit can contain this character.
 */
export const wholeResource = '*';

/** The default type of users and machines: AuthZEN requires one. */
export const subjectType = 'user';

/** Attributes that Permit generates. A caller who could send them could claim another user's roles. */
const generated = new Set(['key', 'email', 'roles', 'tenants']);

export interface SubjectOptions {
  /** The values of `subject.type` for users and machines. Other types are denied. Default: `['user']`. */
  readonly subjectTypes?: readonly string[] | undefined;
  /**
   * Whether user attributes of the policy in `subject.properties` override the stored ones, except in a search for
   * subjects. A caller can then claim any attribute for any user. Default: false.
   */
  readonly trustSubjectProperties?: boolean | undefined;
}

/** The resource property with the tenant key, as in Permit's PDP. */
export const tenantProperty = 'tenant';

/** Returns a string, the reason, for what is denied without a check. */
export type CheckOf<P extends Policy> = (asked: Asked, tenant: string) => Check<PermissionOf<P>> | string;

/**
 * Declared resource properties become attributes. The context and the action's properties become the context, but only
 * those that conditions use: a timestamp that no condition reads would defeat the cache.
 */
export function createCheckOf<P extends Policy>(
  policy: P,
  { subjectTypes = [subjectType], trustSubjectProperties = false }: SubjectOptions,
): CheckOf<P> {
  const known = new Map(
    permissionsOf(policy).map((permission): [string, PermissionOf<P>] => [permission, permission]),
  );
  const conditions = JSON.stringify([policy.userSets, policy.resourceSets]);
  const ofUsers = policy.userAttributes ?? {};
  const used = new Set([...conditions.matchAll(/"context\.([^".]+)/g)].map(([, name]) => name));

  return ({ subject, resource, action, context }, tenant) => {
    const permission = known.get(`${resource.type}:${action.name}`);
    if (!subjectTypes.includes(subject.type)) return `There are no subjects of the type ${subject.type}.`;
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
      userAttributes: trustSubjectProperties
        ? pick(subject.properties, (name) => Object.hasOwn(ofUsers, name) && !generated.has(name))
        : undefined,
      context: pick({ ...context, ...action.properties }, (name) => used.has(name)),
    };
  };
}

/** Not an empty object, so that the cache treats both as the same question. */
function pick(from: Fields, isWanted: (name: string) => boolean): Fields | undefined {
  const entries = Object.entries(from).filter(([name]) => isWanted(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
