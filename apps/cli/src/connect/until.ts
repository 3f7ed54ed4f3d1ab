import { setTimeout as sleep } from 'node:timers/promises';

const betweenAttempts = 2_000;

export interface Waiting<Result> {
  readonly waitMs: number;
  /** Called once, with the result of the first attempt, if there is another one. */
  readonly onWaiting: (result: Result) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Repeats an attempt every two seconds until the result is good or the time is over. Resolves to the last result. */
export async function until<Result>(
  attempt: () => Promise<Result>,
  isGood: (result: Result) => boolean,
  { waitMs, onWaiting, signal }: Waiting<Result>,
): Promise<Result> {
  const end = Date.now() + waitMs;
  for (let isFirst = true; ; isFirst = false) {
    const result = await attempt(); // oxlint-disable-line no-await-in-loop -- one attempt at a time
    if (isGood(result) || Date.now() >= end || signal?.aborted === true) return result;
    if (isFirst) onWaiting(result);
    await sleep(betweenAttempts, undefined, { signal }).catch(() => undefined); // oxlint-disable-line no-await-in-loop
  }
}
