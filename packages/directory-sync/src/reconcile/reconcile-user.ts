import { PermitApiError } from '@latchkey/permissions/permit';
import { applyOne } from '../apply/apply-one.ts';
import type { Operation } from '../plan/operation.ts';
import type { SyncedUser } from '../plan/synced-user.ts';
import { retryOnNotFound } from './retry-on-not-found.ts';
import { planForUser, type ReconcileDeps, type UserHint, type UserStatus } from './plan-for-user.ts';

export interface UserOutcome {
  readonly status: UserStatus;
  readonly operations: readonly Operation[];
  /** The state in both directories; absent for a machine for which Permit was not queried. */
  readonly user?: SyncedUser;
}

/**
 * Reconciles one user. Must not run concurrently for the same user.
 * @throws {LogtoApiError | PermitApiError}
 */
export function reconcileUser(hint: UserHint, deps: ReconcileDeps): Promise<UserOutcome> {
  return retryOnNotFound(() => reconcileUserOnce(hint, deps));
}

async function reconcileUserOnce(hint: UserHint, deps: ReconcileDeps): Promise<UserOutcome> {
  const plan = await planForUser(hint, deps);
  for (const step of plan.operations) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of the plan
    const existedAlready =
      hint.isNew === true && step.kind === 'create-user' && !(await createUser(step, deps));
    if (existedAlready) return reconcileUserOnce({ ...hint, isNew: false }, deps);
    if (hint.isNew !== true || step.kind !== 'create-user')
      await applyOne(step, deps.permit.writes, deps.onApplied); // oxlint-disable-line no-await-in-loop
  }
  return plan;
}

/** Resolves to `false` if Permit already has the user. */
async function createUser(
  operation: Extract<Operation, { kind: 'create-user' }>,
  { permit, onApplied }: ReconcileDeps,
): Promise<boolean> {
  try {
    await permit.writes.createUser(operation.user, operation.grants);
  } catch (error) {
    if (error instanceof PermitApiError && error.permitStatus === 409) return false;
    throw error;
  }
  await onApplied?.([operation]);
  return true;
}
