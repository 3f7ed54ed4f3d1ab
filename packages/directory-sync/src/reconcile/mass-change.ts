import { isRemoval, subjectKeyOf, type Operation } from '../plan/operation.ts';

/** How many may lose something in one run: so many, or this part of all, whichever is more. */
export interface MassChangeGuard {
  readonly subjects: number;
  readonly share: number;
}

const defaultGuard: MassChangeGuard = { subjects: 50, share: 0.1 };

/** More would lose something than a run may take without being told so. Nothing was done. */
export class MassChangeError extends Error {
  override readonly name = 'MassChangeError';
  readonly code = 'SYNC_MASS_CHANGE';
  readonly affected: number;
  readonly allowed: number;
  /** Users and tenants that there are. */
  readonly total: number;
  constructor({ affected, allowed, total }: Pick<MassChangeError, 'affected' | 'allowed' | 'total'>) {
    super(
      `${affected} users and tenants would lose something, ${allowed} may. Look at the plan, then force it.`,
    );
    this.affected = affected;
    this.allowed = allowed;
    this.total = total;
  }
}

/** @throws {MassChangeError} */
export function guardAgainstMassChange(
  operations: readonly Operation[],
  total: number,
  { subjects, share }: MassChangeGuard = defaultGuard,
): void {
  const affected = new Set(
    operations
      .filter(isRemoval)
      .map(
        (operation) => `${operation.kind === 'delete-tenant' ? 'tenant' : 'user'}:${subjectKeyOf(operation)}`,
      ),
  ).size;
  const allowed = Math.max(subjects, Math.floor(total * share));
  if (affected > allowed) throw new MassChangeError({ affected, allowed, total });
}
