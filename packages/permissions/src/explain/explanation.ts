/** Why a permission is allowed, or what would allow it: as data and as text. */
export type Explanation = AllowedExplanation | DeniedExplanation;

/** An explanation, compared with the PDP's decision. */
export type CheckedExplanation = Explanation & {
  /** The PDP's uncached decision. */
  readonly decided: 'allow' | 'deny';
  /**
   * Whether the PDP decides the same. If not, facts have not reached it yet, or its environment has another policy:
   * trust the PDP. `text` mentions the difference.
   */
  readonly agrees: boolean;
};

interface Explained {
  /** The user's key. */
  readonly subject: string;
  /** The tenant key. */
  readonly tenant: string;
  /** The checked permission, as `resource:action`. */
  readonly permission: string;
  /** The instance key; `undefined` when the check is about the resource as a whole. */
  readonly instance: string | undefined;
  readonly notes: readonly Note[];
  /** The whole explanation in English, one statement or path per line. */
  readonly text: string;
}

/** The explanation of an allowed permission. Each of the paths allows it independently. */
export interface AllowedExplanation extends Explained {
  readonly outcome: 'allow';
  /** At least one. */
  readonly paths: readonly GrantPath[];
}

/** The explanation of a denied permission. */
export interface DeniedExplanation extends Explained {
  readonly outcome: 'deny';
  /** The user's roles in the tenant and on the instance. */
  readonly held: readonly HeldRole[];
  /** The keys of the user sets and resource sets whose conditions hold. */
  readonly conditionsMet: readonly string[];
  /** At most 20 remedies, those with the fewest facts first. Empty when there is no simple remedy. */
  readonly remedies: readonly Remedy[];
}

/** A path that grants a permission. `text` shows it with arrows, from the user to the permission. */
export type GrantPath = TenantRolePath | InstanceRolePath | RulePath;

export interface TenantRolePath {
  readonly kind: 'tenant-role';
  readonly text: string;
  /** The role that the user holds. */
  readonly role: string;
  readonly tenant: string;
  /** The inherited roles that lead from `role` to the one that has the permission; empty when `role` has it itself. */
  readonly inherits: readonly string[];
}

/** A path through a role on the instance or on a linked one: for each role that the user holds, the shortest path. */
export interface InstanceRolePath {
  readonly kind: 'instance-role';
  readonly text: string;
  /** The role that the user holds. */
  readonly role: string;
  /** The instance that the user holds the role on, as `resource:key`. */
  readonly object: string;
  /** The derived roles that lead from `role` to the one that has the permission; empty when `role` has it itself. */
  readonly derives: readonly DerivedRole[];
}

export interface DerivedRole {
  /** The relation of the previous instance to this one, for example `parent`. */
  readonly relation: string;
  /** The instance, as `resource:key`. */
  readonly object: string;
  /** The role that the user has on this instance by derivation. */
  readonly role: string;
}

export interface RulePath {
  readonly kind: 'rule';
  readonly text: string;
  /** The index of the rule in the policy's `rules`. */
  readonly rule: number;
  /** The user set that contains the user, or the tenant role that the user holds. */
  readonly holder: { readonly userSet: string } | { readonly role: string };
  /** The resource set that contains the instance, or the resource, for all of its instances. */
  readonly on: { readonly resourceSet: string } | { readonly resource: string };
}

export type HeldRole =
  | {
      readonly kind: 'tenant-role';
      readonly role: string;
      readonly tenant: string;
      readonly permissions: readonly string[];
    }
  /** A role on the checked instance, whether derived or assigned. */
  | { readonly kind: 'instance-role'; readonly role: string; readonly object: string };

/** Facts that would allow the permission together, and each of which is necessary. */
export interface Remedy {
  readonly changes: readonly Change[];
  /** A short text: `Give ann the role editor in acme.` */
  readonly text: string;
}

export type Change =
  | { readonly kind: 'tenant-role'; readonly user: string; readonly role: string; readonly tenant: string }
  | { readonly kind: 'instance-role'; readonly user: string; readonly role: string; readonly object: string }
  /** A link: `subject` becomes the `relation` of `object`, for example `collections:q3` the `parent` of `reports:1`. */
  | {
      readonly kind: 'relation';
      readonly subject: string;
      readonly relation: string;
      readonly object: string;
    }
  | AttributeChange;

/**
 * A new value of an attribute of the user, the tenant, the instance (stored, or sent with the check) or the context.
 */
export interface AttributeChange {
  readonly kind: 'attribute';
  readonly of: 'user' | 'resource' | 'tenant' | 'context';
  /** The key of the user or tenant, or `resource:key`; `undefined` for a value that is sent with the check. */
  readonly key: string | undefined;
  readonly attribute: string;
  readonly value: unknown;
}

export type Note =
  /** The policy has no such permission. */
  | { readonly kind: 'unknown-permission' }
  | { readonly kind: 'unknown-user' }
  /** No scope of the token covers the permission; `scopes` do. Nothing else was examined. */
  | { readonly kind: 'insufficient-scope'; readonly scopes: readonly string[] }
  /** The instance belongs to another tenant than the check's. Roles on the instance apply regardless. */
  | { readonly kind: 'other-tenant'; readonly object: string; readonly tenant: string }
  /** The role would be derived if the user did not hold a role on the instance directly. */
  | { readonly kind: 'suppressed'; readonly role: string; readonly object: string };
