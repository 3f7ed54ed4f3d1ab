import type { PermissionUses } from '../../directory/permission-uses.ts';

/** The time from `since` on. `isKnown`: whether the audit log covers it; otherwise no role counts as unused. */
export interface UsePeriod {
  readonly since: Date;
  readonly isKnown: boolean;
}

const day = 86_400_000;

export async function readUsePeriod(
  uses: Pick<PermissionUses, 'auditedSince'>,
  { tenant, days, now }: { readonly tenant: string; readonly days: number; readonly now: Date },
): Promise<UsePeriod> {
  const since = new Date(now.getTime() - days * day);
  const first = await uses.auditedSince(tenant);
  return { since, isKnown: first !== null && first <= since };
}

/**
 * Whether a role is older than the period, by each known date of its assignment (ISO 8601): the console's own, and the
 * one in Permit, which is later if another tool has assigned the role again. A role without a date is not.
 */
export function isOlder({ since }: UsePeriod, dates: readonly (string | null)[]): boolean {
  const known = dates.filter((date) => date !== null);
  return known.length > 0 && known.every((date) => Date.parse(date) < since.getTime());
}
