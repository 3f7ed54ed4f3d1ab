import type { JsonObject } from './query.ts';

/**
 * The facts that decisions are based on, as lookups. An environment is one world. The engine never enumerates
 * users to answer a check: when an implementation answers each lookup from an index, the cost of a check does
 * not depend on the number of users.
 *
 * Nothing is copied: the engine only reads, and retains no answer after its call returns. The exception is
 * compiled conditions, which are cached by the identity of the `conditions` object: replace that object when
 * conditions change.
 *
 * Vocabulary: a *type* is the key of a resource type; an *object* is a resource instance written `type:key`;
 * the tenant itself is the object `__tenant:key`.
 */
export interface World {
  /** `data.use_debugger`: whether answers carry `debug` by default. */
  readonly useDebugger: boolean;

  /** The facts about a user; `undefined` when the user is not synced. */
  user(key: string): UserFacts | undefined;
  /** Every synced user. Only authorized-users with ABAC calls this. */
  userKeys(): Iterable<string>;

  tenant(key: string): TenantFacts | undefined;
  tenantKeys(): Iterable<string>;

  resourceType(key: string): ResourceTypeFacts | undefined;
  resourceTypeKeys(): Iterable<string>;

  /**
   * The facts about a role; `undefined` when there is no such role. `scope` is `__tenant` for tenant roles, or the type
   * that the resource role belongs to.
   */
  role(scope: string, key: string): RoleFacts | undefined;
  roleKeys(scope: string): Iterable<string>;

  resourceInstance(object: string): ResourceInstanceFacts | undefined;
  /** All objects `type:key`. Only user-permissions with ABAC calls this. */
  resourceInstances(): Iterable<string>;

  /**
   * The instances `type:key` of one type that are linked to `object` by `relation`, e.g. (`document:d`,
   * `parent`, `folder`). A check looks up each of them: store them as whole strings.
   */
  subjectsOf(object: string, relation: string, subjectType: string): Iterable<string>;
  /** The links that start at `subject` (`folder:f`): the objects that it is the parent, owner, ... of. */
  linksFrom(subject: string): Iterable<Link>;
  /** Whether any relationship exists at all. A denied check shows a `rebac` section only then. */
  hasRelationships(): boolean;

  /** The direct roles on `object` (`type:key` or `__tenant:key`), by user. Called by authorized-users. */
  holdersOf(object: string): Iterable<readonly [user: string, roles: ReadonlySet<string>]>;

  /** All condition sets, user sets and resource sets. */
  conditionSets(): Iterable<ConditionSetFacts>;
  conditionSet(key: string): ConditionSetFacts | undefined;
  /** `condition_set_rules[userSet]`: resource set → type → actions. */
  conditionSetRules(userSet: string): ReadonlyMap<string, Grants> | undefined;
}

/** A synced user and the roles that are assigned to them. */
export interface UserFacts {
  /** The attributes as the PDP's document holds them: the user's own plus `key` (and `email`, names, where set). */
  readonly attributes: JsonObject;
  /**
   * Tenant roles by tenant key. Every entry, even an empty one, is a membership of that tenant
   * (`user.tenants`). Without an entry, the user is not a member.
   */
  readonly tenantRoles: ReadonlyMap<string, ReadonlySet<string>>;
  /** Direct instance roles by object `type:key`. An object without a role has no entry. */
  readonly instanceRoles: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface TenantFacts {
  readonly attributes: JsonObject;
}

/** A resource instance. `tenant` is absent when the instance's tenant is not known. */
export interface ResourceInstanceFacts {
  readonly tenant?: string | undefined;
  readonly attributes: JsonObject;
}

export interface ResourceTypeFacts {
  /** The actions in the order of definition, in which debug output shows them. */
  readonly actions: readonly string[];
}

/** A tenant role, or a role of one resource type. */
export interface RoleFacts {
  /** What the role grants, inheritance included. */
  readonly grants: Grants;
  /** How the role is derived from roles on linked instances. Absent when it is not derived. */
  readonly grantedTo?: Derivation | undefined;
}

/** A role's `granted_to`. */
export interface Derivation {
  readonly rules: readonly DerivationRule[];
  /** `when.no_direct_roles_on_object` of the `granted_to` block. Applies to all of its rules. */
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

/** A relationship tuple, seen from its subject. */
export interface Link {
  readonly relation: string;
  /** `type:key` */
  readonly object: string;
}

/** Type → actions. */
export type Grants = ReadonlyMap<string, ReadonlySet<string>>;

/** A condition set: a user set or a resource set. */
export interface ConditionSetFacts {
  readonly key: string;
  readonly type: 'userset' | 'resourceset';
  /** The key (not the id) of the type that a resource set is about. */
  readonly resource?: string | undefined;
  /** The key of the parent set. Its conditions must hold as well. */
  readonly parent?: string | undefined;
  /** The conditions as the management API takes them: `{"allOf":[...]}`. Optional for `__autogen_*` sets. */
  readonly conditions?: JsonObject | undefined;
}
