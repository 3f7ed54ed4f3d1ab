import { isRemoval, subjectKeyOf, type Operation } from '../plan/operation.ts';

/** Limits for the number of users and tenants that may lose something in one run. The larger limit applies. */
export interface MassChangeGuard {
  readonly subjects: number;
  /** A share of all in Permit, between 0 and 1. */
  readonly share: number;
}

const defaultGuard: MassChangeGuard = { subjects: 50, share: 0.1 };

/** More users and tenants than allowed would lose a role or be deleted. Nothing was changed. */
export class MassChangeError extends Error {
  override readonly name = 'MassChangeError';
  readonly code = 'SYNC_MASS_CHANGE';
  readonly affected: number;
  readonly allowed: number;
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

/** How many of `total` users and tenants may lose something in one run. */
export function allowedLosses(total: number, { subjects, share }: MassChangeGuard = defaultGuard): number {
  return Math.max(subjects, Math.floor(total * share));
}

/**
 * `total` is the number of users and tenants in Permit.
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
