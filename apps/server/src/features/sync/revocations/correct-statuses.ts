import { userKey } from '@latchkey/directory-sync';
import type { Revocations } from './revocations.ts';

export interface CorrectStatusesDeps {
  readonly revocations: Pick<Revocations, 'isRevoked' | 'suspended' | 'activeExcept'>;
  readonly checkStatus: (id: string) => Promise<void>;
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
}

/** The result of a complete read of all Logto users: their ids. */
export interface FoundUsers {
  readonly present: Iterable<string>;
  readonly suspended: readonly string[];
  /** The maximum number of missing users: if there are more, none of them is corrected. Default: no limit. */
  readonly maxMissing?: number;
}

const statusChecks = 8;

/** Corrects the recorded statuses by a complete read, even of users about whom no delivery arrived. */
export async function correctStatuses(
  { present, suspended, maxMissing = Number.POSITIVE_INFINITY }: FoundUsers,
  { revocations, checkStatus, enqueue }: CorrectStatusesDeps,
): Promise<void> {
  // What was read may be outdated, so Logto is queried for each user whose status differs from the records.
  const stillSuspended = new Set(suspended);
  const newlySuspended = suspended.filter((id) => !revocations.isRevoked(userKey(id)));
  const reactivated = (await revocations.suspended()).filter((id) => !stillSuspended.has(id));
  const missing = await revocations.activeExcept(present);
  const doubtful = [...newlySuspended, ...reactivated, ...(missing.length > maxMissing ? [] : missing)];
  const queue = doubtful.values();
  const check = async (): Promise<void> => {
    for (const id of queue) await checkStatus(id); // oxlint-disable-line no-await-in-loop -- sequential
  };
  await Promise.all(Array.from({ length: Math.min(statusChecks, doubtful.length) }, check));
  await enqueue(
    doubtful.map((id) => `user:${id}`),
    { force: true },
  );
}
