/** Why a permission is allowed, or what would allow it: as data, and as sentences for people. */
export type Explanation = AllowedExplanation | DeniedExplanation;

/** An explanation, compared with what the PDP decides. */
export type CheckedExplanation = Explanation & {
  /** What the policy engine decided when it was asked, without a cache. */
  readonly decided: 'allow' | 'deny';
  /**
   * Whether that is what the explanation says. If not, the facts have not reached the PDP yet, or its environment has another
   * policy than the table: the decision counts, and `text` says so.
   */
  readonly agrees: boolean;
};

/** What every explanation says. */
interface Explained {
  /** The key of the user. */
  readonly subject: string;
  /** The key of the tenant. */
  readonly tenant: string;
  /** `resource:action` */
  readonly permission: string;
  /** The key of the instance; `undefined`: the resource as a whole. */
  readonly instance: string | undefined;
  /** What is worth knowing besides. */
  readonly notes: readonly Note[];
  /** All of it in English, one sentence or path a line. */
  readonly text: string;
}

/** The permission is allowed, by each of the paths alone. */
export interface AllowedExplanation extends Explained {
  /** Tells `AllowedExplanation` from `DeniedExplanation`. */
  readonly outcome: 'allow';
  /** At least one. */
  readonly paths: readonly GrantPath[];
}

/** The permission is denied. */
export interface DeniedExplanation extends Explained {
  /** Tells `DeniedExplanation` from `AllowedExplanation`. */
  readonly outcome: 'deny';
  /** The roles of the user in the tenant and on the instance. */
  readonly held: readonly HeldRole[];
  /** The keys of the user sets and resource sets whose conditions hold. */
  readonly conditionsMet: readonly string[];
  /** What would allow it, fewest facts first: at most 20. Empty when nothing simple would. */
  readonly remedies: readonly Remedy[];
}

/** One way in which a permission is granted. `text` is the way from the user to the permission, with arrows. */
export type GrantPath = TenantRolePath | InstanceRolePath | RulePath;

/** By a role in the tenant. */
export interface TenantRolePath {
  readonly kind: 'tenant-role';
  readonly text: string;
  /** The role that the user holds. */
  readonly role: string;
  readonly tenant: string;
  /** The roles that it extends, one after the other, down to the one that has the permission. Empty: the role itself has it. */
  readonly inherits: readonly string[];
}

/** By a role on the instance, or on an instance that it is linked to. The shortest way for each role that the user holds. */
export interface InstanceRolePath {
  readonly kind: 'instance-role';
  readonly text: string;
  /** The role that the user holds. */
  readonly role: string;
  /** The instance that the user holds it on, as `resource:key`. */
  readonly object: string;
  /** The roles that derive from it, one after the other, up to the one that has the permission. Empty: the role itself has it. */
  readonly derives: readonly DerivedRole[];
}

/** One step of a derivation. */
export interface DerivedRole {
  /** The instance before is this of the instance: `parent`. */
  readonly relation: string;
  /** The instance, as `resource:key`. */
  readonly object: string;
  /** The role that the user has on it thereby. */
  readonly role: string;
}

/** By a rule, whose conditions hold. */
export interface RulePath {
  readonly kind: 'rule';
  readonly text: string;
  /** The index in the policy's `rules`. */
  readonly rule: number;
  /** The user set that the user belongs to, or the role that the user holds in the tenant. */
  readonly holder: { readonly userSet: string } | { readonly role: string };
  /** The resource set that the instance belongs to, or the resource of which all instances count. */
  readonly on: { readonly resourceSet: string } | { readonly resource: string };
}

/** A role that the user has. */
export type HeldRole =
  | {
      readonly kind: 'tenant-role';
      readonly role: string;
      readonly tenant: string;
      readonly permissions: readonly string[];
    }
  /** On the instance, derived or assigned. */
  | { readonly kind: 'instance-role'; readonly role: string; readonly object: string };

/** Facts that would allow the permission together, and not without one of them. */
export interface Remedy {
  readonly changes: readonly Change[];
  /** One sentence: `Give ann the role editor in acme.` */
  readonly text: string;
}

/** One fact that is not so yet. */
export type Change =
  | { readonly kind: 'tenant-role'; readonly user: string; readonly role: string; readonly tenant: string }
  | { readonly kind: 'instance-role'; readonly user: string; readonly role: string; readonly object: string }
  /** `subject` becomes the `relation` of `object`: `collections:q3` the `parent` of `reports:1`. */
  | {
      readonly kind: 'relation';
      readonly subject: string;
      readonly relation: string;
      readonly object: string;
    }
  | AttributeChange;

/**
 * An attribute gets a value: of the user, of the instance (stored, or with the check where there is no instance), of the
 * tenant, or of the check's context.
 */
export interface AttributeChange {
  readonly kind: 'attribute';
  readonly of: 'user' | 'resource' | 'tenant' | 'context';
  /** The key of the user or the tenant, or the instance as `resource:key`; `undefined`: it comes with the check. */
  readonly key: string | undefined;
  readonly attribute: string;
  readonly value: unknown;
}

/** What is worth knowing besides paths and remedies. */
export type Note =
  /** The policy has no such permission. */
  | { readonly kind: 'unknown-permission' }
  | { readonly kind: 'unknown-user' }
  /** The instance belongs to another tenant. A role on it counts whichever tenant the check names. */
  | { readonly kind: 'other-tenant'; readonly object: string; readonly tenant: string }
  /** The role would be derived, if the user did not hold a role on the instance directly. */
  | { readonly kind: 'suppressed'; readonly role: string; readonly object: string };
