/** The last time that a user or machine was allowed a permission, on one instance or on the resource as a whole. */
export interface PermissionUse {
  readonly subject: string;
  readonly permission: string;
  /** The key of the report or collection; `null` for the resource as a whole. */
  readonly instance: string | null;
  /** May be up to an hour too early, and so up to an hour before `since`. */
  readonly lastAt: Date;
}

/**
 * The record of when permissions were used in a tenant. A use is an allowed decision by a gate or the access API,
 * including cached decisions. Checks for a page's buttons do not count.
 *
 * An actor uses the permissions of the subject that it acts for. Decisions in a view as another user are omitted.
 * Decisions that neither PostgreSQL nor the disk accepted are missing: the audit log then has an `audit.gap`.
 */
export interface PermissionUses {
  readUses(tenant: string, since: Date): AsyncIterable<readonly PermissionUse[]>;
  usesOf(
    tenant: string,
    which: { readonly since: Date; readonly subjects: readonly string[] },
  ): Promise<ReadonlyMap<string, readonly PermissionUse[]>>;
  usersByPermission(tenant: string, since: Date): Promise<ReadonlyMap<string, number>>;
  /** The time of the tenant's first audit event; `null` without any. Earlier uses are unknown. */
  auditedSince(tenant: string): Promise<Date | null>;
}

/** Returns when one of the permissions was last used: on the instance, or anywhere in the tenant. */
export function latestUse(
  permissions: readonly string[],
  uses: readonly PermissionUse[],
  instance?: string,
): Date | undefined {
  const times = uses
    .filter((use) => permissions.includes(use.permission))
    .filter((use) => instance === undefined || use.instance === instance)
    .map(({ lastAt }) => lastAt.getTime());
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
