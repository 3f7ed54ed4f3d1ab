import type { PermitReads } from '@latchkey/directory-sync';

type Grant = Awaited<ReturnType<PermitReads['grantsOf']>>[number];

/** A role in a tenant or, with `instance` (`reports:<id>`), on one of its instances. */
export type PlacedRole = Pick<Grant, 'role' | 'instance'>;

export interface RemovedRole extends PlacedRole {
  /** Whether its grant had an end. An undo does not restore temporary roles. */
  readonly isTemporary: boolean;
}

export interface Holder {
  readonly tenant: string;
  readonly subject: string;
}

export type HeldBy = Holder & { readonly by: string };

/**
 * Ends the grant of a role immediately. Returns `false` if there is no such grant. If this rejects, the grant has ended
 * nevertheless, and a worker will remove the role.
 * @throws {PermitApiError}
 */
export type EndGrant = (role: HeldBy & PlacedRole) => Promise<boolean>;

/** Access to all roles of a user in a tenant and on its instances, including those that a suspension has stored. */
export interface RolesInTenant {
  /** @throws {PermitApiError} */
  read(holder: Holder): Promise<RemovedRole[]>;
  /** @throws {AppError} `DIRECTORY_UNAVAILABLE` while the account is being suspended @throws {PermitApiError} */
  remove(holder: HeldBy): Promise<void>;
  /** Removes one role. @throws as `remove` */
  removeOne(role: HeldBy & PlacedRole): Promise<void>;
  /**
   * Assigns roles again, except those that sync assigns, temporary ones, and those on deleted instances.
   * @throws {PermitApiError}
   */
  restore(holder: HeldBy, roles: readonly RemovedRole[]): Promise<void>;
}
