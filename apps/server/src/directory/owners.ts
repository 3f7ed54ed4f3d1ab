import type { Caller } from '../authentication/identity.ts';

export interface LosingInstances {
  readonly tenant: string;
  readonly subject: string;
  /** The reports and collections that the user no longer owns, `reports:<id>`. */
  readonly instances: readonly string[];
}

/** The user, not one who loses access, who becomes an owner where none is left, and how the audit log records it. */
export interface NewOwner {
  readonly key: string;
  readonly origin: { readonly actor: Caller; readonly requestId?: string | undefined };
  readonly cause: { readonly kind: 'removal' | 'review'; readonly id: string };
}

/**
 * Ensures that each report and each collection keeps an owner: an active user with the role `owner` on it, without an
 * end. Neither machines count, nor the owners of a collection for its reports, because a report can leave it. A
 * temporary owner can always be removed.
 */
export interface Owners {
  /**
   * Returns the instances that would have no owner. `others`: users who also lose their ownership.
   * @throws {PermitApiError}
   */
  lastOwned(losing: LosingInstances, others?: readonly string[]): Promise<string[]>;
  /**
   * Assigns the new owner where no other is left, and then runs `remove`. No other such removal runs for the tenant at
   * the same time on any replica. `by`: the Permit key of the user who removes the ownership. `remove` rejects if a
   * call has failed with an unknown effect: for a minute, the user then no longer counts as an owner.
   * @throws {AppError} `LAST_OWNER` without a new owner; `NEW_OWNER_INVALID` unless they are an active member, and
   *   cleared for a confidential report
   */
  removeUnlessLast<Result>(
    losing: Omit<LosingInstances, 'instances'> & {
      /** Default: all in the tenant. */
      readonly instances?: readonly string[];
      readonly by: string;
      readonly newOwner?: NewOwner | undefined;
    },
    remove: () => Promise<Result>,
  ): Promise<Result>;
}
