/** The person who did something; `name` is `null` when it is not known. */
export interface Doer {
  readonly key: string;
  readonly name: string | null;
}

/** Where a tenant role comes from. */
export type RoleSource =
  /** Sync gave it when the person came. */
  | { readonly kind: 'default' }
  /** The directory mapping gives it: it is changed in Logto. */
  | { readonly kind: 'logto' }
  /** A request was approved. `endsAt`: ISO 8601; `null` for good. */
  | { readonly kind: 'request'; readonly requestId: string; readonly endsAt: string | null }
  /** Somebody gave it. `by` and `at` are `null` for what was given outside of this console. */
  | { readonly kind: 'hand'; readonly by: Doer | null; readonly at: string | null };

/** A tenant role that somebody holds. */
export interface SourcedRole {
  readonly role: string;
  readonly source: RoleSource;
}

/**
 * The tenant roles that somebody holds, in the order of the policy, each with its source; of a suspended person those that come
 * back. Empty for who is not known. @throws {PermitApiError}
 */
export type RoleSourcesOf = (tenant: string, subject: string) => Promise<readonly SourcedRole[]>;
