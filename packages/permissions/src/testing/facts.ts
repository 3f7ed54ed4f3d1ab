import type { Policy } from '../policy.ts';
import type { AttributesOf, ResourceOf, ResourceRoleOf, RoleOf, UserAttributesOf } from '../policy-types.ts';

/**
 * Who and what there is: what Permit.io holds beside the policy. Roles, relations and attributes are typed from the
 * table. Tenants that users or instances name exist; `tenants` is for those that have attributes, or nobody in them.
 */
export interface Facts<P extends Policy = Policy> {
  readonly users?: Readonly<Record<string, UserFact<P>>>;
  readonly tenants?: Readonly<Record<string, TenantFact>>;
  /** By `resource:key`. */
  readonly instances?: { readonly [R in ResourceOf<P> as `${R}:${string}`]?: InstanceFact<P, R> };
}

export interface UserFact<P extends Policy = Policy> {
  /** By tenant. */
  readonly roles?: Readonly<Record<string, readonly RoleOf<P>[]>>;
  /** Roles given on single instances, by `resource:key`. */
  readonly instanceRoles?: {
    readonly [R in ResourceOf<P> as `${R}:${string}`]?: readonly RoleOn<P, R>[];
  };
  readonly attributes?: string extends RoleOf<P>
    ? Readonly<Record<string, unknown>>
    : Closed<UserAttributesOf<P>>;
  /** `user.email` of conditions. */
  readonly email?: string;
}

/** The declared attributes and no others; of a policy that is not known more closely, any. */
export type AttributeFacts<P extends Policy, R extends ResourceOf<P>> = string extends R
  ? Readonly<Record<string, unknown>>
  : Closed<AttributesOf<P, R>>;

/** An empty object type takes everything, this takes nothing. */
type Closed<T> = keyof T extends never ? Readonly<Record<string, never>> : T;

type RoleOn<P extends Policy, R extends ResourceOf<P>> = string extends R ? string : ResourceRoleOf<P, R>;

export interface TenantFact {
  /** `tenant.*` of conditions; seen by members only. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface InstanceFact<P extends Policy, R extends ResourceOf<P>> {
  readonly tenant: string;
  readonly attributes?: AttributeFacts<P, R>;
  /** What each relation leads to: `{ parent: 'collections:q3' }` is the tuple `collections:q3 parent reports:1`. */
  readonly relations?: RelationFacts<P, R>;
}

/** One instance, or several, of the resource that the table names for the relation. */
type RelationFacts<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly relations: infer Relations;
}
  ? { readonly [Name in keyof Relations]?: OneOrMore<`${Relations[Name] & string}:${string}`> }
  : Readonly<Record<never, never>>;

type OneOrMore<T> = T | readonly T[];
