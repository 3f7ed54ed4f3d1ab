import type { JsonObject } from '@latchkey/permit-engine';
import type {
  AttributesOf,
  Policy,
  ResourceOf,
  ResourceRoleOf,
  RoleOf,
  UserAttributesOf,
} from '../core/policy.ts';

/**
 * What Permit.io stores in addition to the policy, typed by the policy. A tenant that a user or an instance refers to
 * exists; list it in `tenants` only for its attributes, or when it is empty.
 */
export interface Facts<P extends Policy = Policy> {
  /** The users, by key. Default: none. */
  readonly users?: Readonly<Record<string, UserFact<P>>>;
  /** The tenants, by key. Default: the tenants that users and instances refer to. */
  readonly tenants?: Readonly<Record<string, TenantFact>>;
  /** The instances, by `resource:key`. Default: none. */
  readonly instances?: { readonly [R in ResourceOf<P> as `${R}:${string}`]?: InstanceFact<P, R> };
}

/** The facts about a user. */
export interface UserFact<P extends Policy = Policy> {
  /** The user's tenant roles, by tenant key. Default: none. */
  readonly roles?: Readonly<Record<string, readonly RoleOf<P>[]>>;
  /** The user's instance roles, by `resource:key`. Default: none. */
  readonly instanceRoles?: {
    readonly [R in ResourceOf<P> as `${R}:${string}`]?: readonly RoleOn<P, R>[];
  };
  /** Values of the user attributes that the policy declares. Default: none. */
  readonly attributes?: string extends RoleOf<P>
    ? Readonly<Record<string, unknown>>
    : Closed<UserAttributesOf<P>>;
  /** The email address, for conditions on `user.email`. Default: none. */
  readonly email?: string;
}

/** Any attributes when the policy's type is not known. */
export type AttributeFacts<P extends Policy, R extends ResourceOf<P>> = string extends R
  ? Readonly<Record<string, unknown>>
  : Closed<AttributesOf<P, R>>;

/** Rejects every property when `T` declares none: an empty object type would accept any object. */
type Closed<T> = keyof T extends never ? Readonly<Record<string, never>> : T;

type RoleOn<P extends Policy, R extends ResourceOf<P>> = string extends R ? string : ResourceRoleOf<P, R>;

/** The facts about a tenant. */
export interface TenantFact {
  /** Attribute values for conditions on `tenant.*`, which apply only to members of the tenant. Default: none. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** The facts about an instance of a resource. */
export interface InstanceFact<P extends Policy, R extends ResourceOf<P>> {
  /** The tenant that the instance belongs to. */
  readonly tenant: string;
  /** Values of the attributes that the policy declares for the resource. Default: none. */
  readonly attributes?: AttributeFacts<P, R>;
  /**
   * The linked instances, by relation. `{ parent: 'collections:q3' }` of `reports:1` is the tuple `collections:q3
   * parent reports:1`. Default: none.
   */
  readonly relations?: RelationFacts<P, R>;
}

type RelationFacts<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly relations: infer Relations;
}
  ? { readonly [Name in keyof Relations]?: OneOrMore<`${Relations[Name] & string}:${string}`> }
  : Readonly<Record<never, never>>;

type OneOrMore<T> = T | readonly T[];

/** Returns the JSON that is sent to Permit: without `undefined`, and with dates as strings. */
export function toJson(values: object): JsonObject {
  const json: JsonObject = JSON.parse(JSON.stringify(values));
  return json;
}

/** As Permit stores it: `collections:q3` is the `parent` of `reports:1`. */
export interface Tuple {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
}

export function tuplesOf({ instances = {} }: Facts): Tuple[] {
  return Object.entries(instances).flatMap(([object, instance]) =>
    Object.entries<string | readonly string[]>(instance?.relations ?? {}).flatMap(([relation, subjects]) =>
      [subjects].flat().map((subject) => ({ subject, relation, object })),
    ),
  );
}
