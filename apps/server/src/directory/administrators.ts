export interface HeldRole {
  readonly subject: string;
  readonly role: string;
}

interface LosingRoles {
  readonly tenant: string;
  readonly subject: string;
  readonly roles: readonly string[];
  /** Other roles in the tenant whose removal comes first, unless it would leave no administrator. Default: none. */
  readonly others?: readonly HeldRole[] | undefined;
}

interface RemovingRoles extends LosingRoles {
  /** The Permit key of the user who removes the roles. */
  readonly by: string;
}

/**
 * Ensures that each tenant keeps an administrator: an active user with a role that can assign roles and has no end.
 *
 * A removal that has begun counts as made. A role that Logto gives is read from Logto, because Permit has it until sync
 * has applied its removal. After a call with an unknown effect, the role counts as removed until the effect is certain.
 */
export interface Administrators {
  /** Whether removing these roles would leave no administrator. @throws {PermitApiError | LogtoApiError} */
  isLast(losing: LosingRoles): Promise<boolean>;
  /**
   * Returns which of these removals, made in this order, would be refused.
   * @throws {PermitApiError | LogtoApiError}
   */
  lastAmong(tenant: string, losing: readonly HeldRole[]): Promise<readonly HeldRole[]>;
  /**
   * Runs `remove` unless removing the roles would leave no administrator. No other such removal runs for the tenant at
   * the same time on any replica. `remove` rejects if a call has failed with an unknown effect.
   * @throws {AppError} `LAST_ADMINISTRATOR`
   */
  removeUnlessLast<Result>(removing: RemovingRoles, remove: () => Promise<Result>): Promise<Result>;
}
