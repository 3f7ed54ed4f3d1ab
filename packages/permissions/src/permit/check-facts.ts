import type { Policy, ResourceOf, ResourceRoleOf } from '../core/policy.ts';

/** A role in a tenant. */
export type Grant<P extends Policy> = Pick<
  RoleAssignment<keyof P['roles'] & string, undefined>,
  'role' | 'tenant'
>;

/** An instance of one of the policy's resources: `resource:key`. */
export type InstanceRef<P extends Policy> =
  string extends ResourceOf<P> ? string : `${ResourceOf<P>}:${string}`;

interface RoleAssignment<Role extends string, Instance extends string | undefined> {
  /** The user's key in Permit. */
  readonly user: string;
  /** The tenant key. */
  readonly tenant: string;
  /** A tenant role, or a role on the instance. */
  readonly role: Role;
  /** The instance as `resource:key`. Omit it for a tenant role. */
  readonly instance?: Instance;
}

interface InstanceRoleAssignment<Role extends string, Resource extends string> extends RoleAssignment<
  Role,
  `${Resource}:${string}`
> {
  readonly instance: `${Resource}:${string}`;
}

/** The assignment of a tenant role to a user, or of an instance role on an instance of its resource. */
export type Assignment<P extends Policy> = Shown<
  RoleAssignment<string, string | undefined>,
  string extends ResourceOf<P>
    ? RoleAssignment<string, string | undefined>
    : | RoleAssignment<keyof P['roles'] & string, undefined>
      | {
          [R in ResourceOf<P>]: [ResourceRoleOf<P, R>] extends [never]
            ? never
            : InstanceRoleAssignment<ResourceRoleOf<P, R>, R>;
        }[ResourceOf<P>]
>;

interface Link<Subject extends string, Relation extends string, Instance extends string> {
  /** The linked instance, as `resource:key`. Its resource is the one that the relation links to. */
  readonly subject: Subject;
  /** The relation, which the object's resource defines. */
  readonly relation: Relation;
  /** The instance that has the relation, as `resource:key`. */
  readonly object: Instance;
}

/** A link between two instances: `collections:q4` is the `parent` of `reports:1`. */
export type InstanceLink<P extends Policy> = Shown<
  Link<string, string, string>,
  string extends ResourceOf<P>
    ? Link<string, string, string>
    : { [R in ResourceOf<P>]: LinkTo<P['resources'][R], R> }[ResourceOf<P>]
>;

type LinkTo<Definition, Resource extends string> = Definition extends { readonly relations: infer Relations }
  ? {
      [Relation in keyof Relations & string]: Link<
        `${Relations[Relation] & string}:${string}`,
        Relation,
        `${Resource}:${string}`
      >;
    }[keyof Relations & string]
  : never;

/** Without the alias, which error messages would print with its argument, the whole policy. */
type Shown<Any, Type extends Any> = Type extends infer Same extends Any ? Same : never;

/**
 * Thrown for a role, relation or resource that the policy does not define. The message lists the ones that it defines.
 */
export class NotInPolicyError extends TypeError {
  override readonly name = 'NotInPolicyError';
  readonly code = 'NOT_IN_POLICY';
}

/**
 * Checks at run time what the compiler checks only in TypeScript.
 * @throws {NotInPolicyError} if the policy does not define the resource
 */
export function checkInstance(policy: Policy, instance: string): string {
  const resource = /^([^:]+):./.exec(instance)?.[1];
  if (resource === undefined)
    throw new NotInPolicyError(`"${instance}" is not an instance: write it as "resource:key".`);
  checkName(resource, policy.resources, 'resource');
  return resource;
}

/**
 * Checks the tenant role or, with `instance`, the role on its resource.
 * @throws {NotInPolicyError}
 */
export function checkRole(
  policy: Policy,
  { role, instance }: { readonly role: string; readonly instance?: string | undefined },
): void {
  if (instance === undefined) return checkName(role, policy.roles, 'tenant role');
  const resource = checkInstance(policy, instance);
  checkName(role, policy.resources[resource]?.roles, `role on ${resource}`);
}

/**
 * Checks the relation, and that it links the resources of the two instances.
 * @throws {NotInPolicyError}
 */
export function checkLink(policy: Policy, { subject, relation, object }: InstanceLink<Policy>): void {
  const resource = checkInstance(policy, object);
  const { relations } = policy.resources[resource] ?? {};
  checkName(relation, relations, `relation of ${resource}`);
  const linked = relations?.[relation];
  if (checkInstance(policy, subject) !== linked)
    throw new NotInPolicyError(`The ${relation} of ${object} is one of ${linked}, not "${subject}".`);
}

function checkName(name: string, known: object = {}, kind: string): void {
  if (Object.hasOwn(known, name)) return;
  const names = Object.keys(known).join(', ') || 'none';
  throw new NotInPolicyError(`The policy has no ${kind} "${name}". Known: ${names}.`);
}
