import { userKey } from '@latchkey/directory-sync';
import type { Revocations } from './revocations.ts';

export interface CorrectStatusesDeps {
  readonly revocations: Pick<Revocations, 'isRevoked' | 'suspended' | 'activeExcept'>;
  /** Asks Logto for the status of a user (Logto's id) and records it. */
  readonly checkStatus: (id: string) => Promise<void>;
  /** Queues subjects to be reconciled. */
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
}

/** Logto's users, as a reading of all of them found them: their ids. */
export interface FoundUsers {
  readonly present: Iterable<string>;
  readonly suspended: readonly string[];
  /** When more users are missing than this, none of them is corrected. Default: any number. */
  readonly mostMissing?: number;
}

/** Users whose status is asked at the same time. */
const statusChecks = 8;

/** Records the account statuses that were found, also of users without any delivery. */
export async function correctStatuses(
  { present, suspended, mostMissing = Number.POSITIVE_INFINITY }: FoundUsers,
  { revocations, checkStatus, enqueue }: CorrectStatusesDeps,
): Promise<void> {
  // They were read a while ago, so each user whose status differs is asked about again.
  const stillSuspended = new Set(suspended);
  const newlySuspended = suspended.filter((id) => !revocations.isRevoked(userKey(id)));
  const reactivated = (await revocations.suspended()).filter((id) => !stillSuspended.has(id));
  const missing = await revocations.activeExcept(present);
  const doubtful = [...newlySuspended, ...reactivated, ...(missing.length > mostMissing ? [] : missing)];
  const queue = doubtful.values();
  const check = async (): Promise<void> => {
    for (const id of queue) await checkStatus(id); // oxlint-disable-line no-await-in-loop -- one after the other
  };
  await Promise.all(Array.from({ length: Math.min(statusChecks, doubtful.length) }, check));
  await enqueue(
    doubtful.map((id) => `user:${id}`),
    { force: true },
  );
}
