import { isRemoval, subjectKeyOf, type Operation } from '../plan/operation.ts';

/** Limits for the number of users and tenants that may lose something in one run. The larger limit applies. */
export interface MassChangeGuard {
  /** A number of users and tenants. */
  readonly subjects: number;
  /** A share of all users and tenants in Permit, between 0 and 1. */
  readonly share: number;
}

const defaultGuard: MassChangeGuard = { subjects: 50, share: 0.1 };

/**
 * The error of a run in which more users and tenants would lose something (a role, or the whole user or tenant) than
 * the guard allows. Nothing was changed.
 */
export class MassChangeError extends Error {
  override readonly name = 'MassChangeError';
  readonly code = 'SYNC_MASS_CHANGE';
  /** The number of users and tenants that would lose something. */
  readonly affected: number;
  /** The maximum number of users and tenants that may lose something. */
  readonly allowed: number;
  /** The number of users and tenants in Permit. */
  readonly total: number;
  constructor({ affected, allowed, total }: Pick<MassChangeError, 'affected' | 'allowed' | 'total'>) {
    super(
      `${affected} users and tenants would lose access; the limit is ${allowed}. Check the plan, then force the run.`,
    );
    this.affected = affected;
    this.allowed = allowed;
    this.total = total;
  }
}

/** Returns how many of `total` users and tenants may lose something in one run. */
export function allowedLosses(total: number, { subjects, share }: MassChangeGuard = defaultGuard): number {
  return Math.max(subjects, Math.floor(total * share));
}

/**
 * Rejects a plan with too many removals. `total` is the number of users and tenants in Permit.
 * @throws {MassChangeError}
 */
export function guardAgainstMassChange(
  operations: readonly Operation[],
  total: number,
  guard: MassChangeGuard = defaultGuard,
): void {
  const affected = new Set(
    operations
      .filter(isRemoval)
      .map(
        (operation) => `${operation.kind === 'delete-tenant' ? 'tenant' : 'user'}:${subjectKeyOf(operation)}`,
      ),
  ).size;
  const allowed = allowedLosses(total, guard);
  if (affected > allowed) throw new MassChangeError({ affected, allowed, total });
}
