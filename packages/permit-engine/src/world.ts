import type { JsonObject } from './query.ts';

/**
 * The facts of one environment, as lookups. A check never enumerates users, so with indexed lookups its cost does not
 * depend on their number.
 *
 * The engine only reads, and retains nothing but compiled conditions, by the identity of the `conditions` object:
 * replace that object when conditions change.
 *
 * A *type* is the key of a resource type; an *object* is an instance written `type:key`; a tenant is the object
 * `__tenant:key`.
 */
export interface World {
  /** `data.use_debugger`: whether answers carry `debug` by default. */
  readonly useDebugger: boolean;

  /** `undefined` when the user is not synced. */
  user(key: string): UserFacts | undefined;
  /** Every synced user. Only authorized-users with ABAC calls this. */
  userKeys(): Iterable<string>;

  tenant(key: string): TenantFacts | undefined;
  tenantKeys(): Iterable<string>;

  resourceType(key: string): ResourceTypeFacts | undefined;
  resourceTypeKeys(): Iterable<string>;

  /** `scope` is `__tenant` for tenant roles, or the type of a resource role. */
  role(scope: string, key: string): RoleFacts | undefined;
  roleKeys(scope: string): Iterable<string>;

  resourceInstance(object: string): ResourceInstanceFacts | undefined;
  /** All objects `type:key`. Only user-permissions with ABAC calls this. */
  resourceInstances(): Iterable<string>;

  /**
   * The instances of one type that are linked to `object` by `relation`, e.g. (`document:d`, `parent`, `folder`). Store
   * them as whole strings, because a check looks up each.
   */
  subjectsOf(object: string, relation: string, subjectType: string): Iterable<string>;
  /** The objects that `subject` (`folder:f`) is the parent, owner, ... of. */
  linksFrom(subject: string): Iterable<Link>;
  /** A denied check shows a `rebac` section only then. */
  hasRelationships(): boolean;

  /** The direct roles on `object` (`type:key` or `__tenant:key`), by user. Called by authorized-users. */
  holdersOf(object: string): Iterable<readonly [user: string, roles: ReadonlySet<string>]>;

  conditionSets(): Iterable<ConditionSetFacts>;
  conditionSet(key: string): ConditionSetFacts | undefined;
  /** `condition_set_rules[userSet]`: resource set → type → actions. */
  conditionSetRules(userSet: string): ReadonlyMap<string, Grants> | undefined;
}

export interface UserFacts {
  /** The user's own, plus `key` (and `email`, names, where set). */
  readonly attributes: JsonObject;
  /** By tenant key. Every entry, even an empty one, is a membership of that tenant (`user.tenants`). */
  readonly tenantRoles: ReadonlyMap<string, ReadonlySet<string>>;
  /** Direct instance roles by object `type:key`. An object without a role has no entry. */
  readonly instanceRoles: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface TenantFacts {
  readonly attributes: JsonObject;
}

/** `tenant` is absent when it is not known. */
export interface ResourceInstanceFacts {
  readonly tenant?: string | undefined;
  readonly attributes: JsonObject;
}

export interface ResourceTypeFacts {
  /** The actions in the order of definition, in which debug output shows them. */
  readonly actions: readonly string[];
}

export interface RoleFacts {
  /** What the role grants, inheritance included. */
  readonly grants: Grants;
  readonly grantedTo?: Derivation | undefined;
}

/** A role's `granted_to`. */
export interface Derivation {
  readonly rules: readonly DerivationRule[];
  /** `when.no_direct_roles_on_object`, for all of its rules. */
  readonly noDirectRolesOnObject: boolean;
}

/**
 * A user with `role` on an instance of `onResource` that is linked to the object by `relation` gets the derived
 * role.
 */
export interface DerivationRule {
  readonly role: string;
  readonly onResource: string;
  readonly relation: string;
  /** `when.no_direct_roles_on_object` of this rule alone. */
  readonly noDirectRolesOnObject: boolean;
}

export interface Link {
  readonly relation: string;
  /** `type:key` */
  readonly object: string;
}

/** Type → actions. */
export type Grants = ReadonlyMap<string, ReadonlySet<string>>;

export interface ConditionSetFacts {
  readonly key: string;
  readonly type: 'userset' | 'resourceset';
  /** The key (not the id) of the type, for a resource set. */
  readonly resource?: string | undefined;
  /** The key of the parent set, whose conditions must hold as well. */
  readonly parent?: string | undefined;
  /** As the management API takes them: `{"allOf":[...]}`. Optional for `__autogen_*` sets. */
  readonly conditions?: JsonObject | undefined;
}
