import type { Condition } from '../../condition.ts';

/**
 * A policy as Permit keeps it: what an environment says, or what a table wants it to say, in one shape, so that the two
 * can be compared. Built-in things of Permit are in neither.
 */
export interface PolicySchema {
  /** Type by name. */
  readonly userAttributes: ReadonlyMap<string, string>;
  readonly resources: ReadonlyMap<string, ResourceSchema>;
  /** Tenant roles. */
  readonly roles: ReadonlyMap<string, RoleSchema>;
  /** User sets and resource sets share one space of keys in Permit. */
  readonly sets: ReadonlyMap<string, SetSchema>;
  /** By `ruleKey`. */
  readonly rules: ReadonlyMap<string, RuleSchema>;
}

/** What is to be, and what there is. */
export interface Comparison {
  readonly wanted: PolicySchema;
  readonly present: PolicySchema;
}

export interface ResourceSchema {
  readonly name: string;
  readonly actions: readonly string[];
  /** Type by name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The resource that each leads to. */
  readonly relations: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, ResourceRoleSchema>;
}

export interface RoleSchema {
  readonly name: string;
  /** Its own, without those of the roles that it extends: `resource:action`, of a resource role only `action`. */
  readonly permissions: readonly string[];
  readonly extends: readonly string[];
}

export interface ResourceRoleSchema extends RoleSchema {
  readonly derivations: Derivations;
}

export interface Derivations {
  readonly from: readonly DerivationSchema[];
  /** Whether a direct role on the instance turns all of them off there. */
  readonly onlyWithoutDirectRole: boolean;
}

/** Holders of `role` on the instance of `on` that `via` leads to. */
export interface DerivationSchema {
  readonly role: string;
  readonly on: string;
  readonly via: string;
  /** The same for this one alone, which a table cannot say. */
  readonly onlyWithoutDirectRole: boolean;
}

export interface SetSchema {
  readonly kind: 'user set' | 'resource set';
  readonly name: string;
  /** Of a resource set. */
  readonly resource: string | undefined;
  readonly where: Condition;
  /** A set whose condition must hold as well, which a table cannot say. */
  readonly parent: string | undefined;
}

/** What members of a user set, or holders of a tenant role, may do with members of a set, or with every instance. */
export interface RuleSchema {
  readonly who: Party<'role' | 'user set'>;
  readonly what: Party<'resource' | 'resource set'>;
  /** `resource:action` */
  readonly permissions: readonly string[];
}

export interface Party<Kind extends string> {
  readonly kind: Kind;
  readonly key: string;
}

/** `user set cleared → resource set confidential` */
export function ruleKey({ who, what }: Pick<RuleSchema, 'who' | 'what'>): string {
  return `${who.kind} ${who.key} → ${what.kind} ${what.key}`;
}
