import { PermitApiError } from '@latchkey/permissions/permit';
import { applyOne } from '../apply/apply-one.ts';
import type { Operation } from '../plan/operation.ts';
import { retryOnNotFound } from './retry-on-not-found.ts';
import { planForUser, type ReconcileDeps, type UserHint, type UserStatus } from './plan-for-user.ts';

export interface UserOutcome {
  readonly status: UserStatus;
  readonly operations: readonly Operation[];
}

/**
 * Makes one user in Permit what they are in Logto now. Calls for one user must not overlap; for different users they may.
 * @throws {LogtoApiError | PermitApiError}
 */
export function reconcileUser(hint: UserHint, deps: ReconcileDeps): Promise<UserOutcome> {
  return retryOnNotFound(() => lookAtUser(hint, deps));
}

async function lookAtUser(hint: UserHint, deps: ReconcileDeps): Promise<UserOutcome> {
  const { status, operations } = await planForUser(hint, deps);
  for (const step of operations) {
    // oxlint-disable-next-line no-await-in-loop -- their order matters
    const wasThere = hint.isNew === true && step.kind === 'create-user' && !(await created(step, deps));
    if (wasThere) return lookAtUser({ ...hint, isNew: false }, deps);
    if (hint.isNew !== true || step.kind !== 'create-user') await applyOne(step, deps.permit.writes); // oxlint-disable-line no-await-in-loop
  }
  return { status, operations };
}

/** `false` when Permit has the user, of whom then nothing is known yet. */
async function created(
  { user, grants }: Extract<Operation, { kind: 'create-user' }>,
  { permit }: ReconcileDeps,
): Promise<boolean> {
  try {
    await permit.writes.createUser(user, grants);
    return true;
  } catch (error) {
    if (error instanceof PermitApiError && error.status === 409) return false;
    throw error;
  }
}
