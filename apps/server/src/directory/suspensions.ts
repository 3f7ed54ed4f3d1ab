import { AppError } from '../platform/app-error.ts';

/** Returns the account's record in sync; `undefined` if there is none. The revision changes with the status. */
export type AccountOf = (
  subject: string,
) => Promise<{ readonly status: string; readonly revision: number } | undefined>;

/**
 * Removes roles of a user with `remove`, which returns whether one was assigned.
 * @throws {AppError} `DIRECTORY_UNAVAILABLE` if the account is being suspended: sync may have read the roles and not
 *   stored them yet, and a reactivation would restore them. Another attempt removes the stored roles.
 */
export async function removeUnlessSuspending(
  accountOf: AccountOf,
  subject: string,
  remove: () => Promise<boolean>,
): Promise<void> {
  const before = await accountOf(subject);
  const wasAssigned = await remove();
  const after = await accountOf(subject);
  if (before?.revision !== after?.revision || (wasAssigned && after?.status === 'suspended'))
    throw new AppError('DIRECTORY_UNAVAILABLE', 'The account is being suspended. Try again.');
}
