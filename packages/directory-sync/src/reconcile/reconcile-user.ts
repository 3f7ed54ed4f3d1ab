import { applyOne } from '../apply/apply-one.ts';
import type { Operation } from '../plan/operation.ts';
import { planForUser, type ReconcileDeps, type UserHint, type UserStanding } from './plan-for-user.ts';

export interface UserOutcome {
  readonly standing: UserStanding;
  readonly operations: readonly Operation[];
}

/**
 * Makes one user in Permit what they are in Logto now. Calls for one user must not overlap; for different users they may.
 * @throws {LogtoApiError | PermitApiError}
 */
export async function reconcileUser(hint: UserHint, deps: ReconcileDeps): Promise<UserOutcome> {
  const { standing, operations } = await planForUser(hint, deps);
  for (const step of operations) await applyOne(step, deps.permit.writes); // oxlint-disable-line no-await-in-loop -- their order matters
  return { standing, operations };
}
