/** The progress of a step of a run at one time. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly step: string;
  readonly done: number;
  readonly total?: number | undefined;
}

export interface Pace {
  /** Items per second. */
  readonly perSecond: number;
  /** Seconds; `null` while the total is unknown. */
  readonly left: number | null;
}

/** Items. Fewer do not allow an estimate: the first of 4,000 may take as long as the next 1,000, which are sent in bulk. */
const minimumDone = 10;

/**
 * The speed of a step, from the first sample to the current one; `null` while there is too little data. Averaged over
 * the whole step, because vendors' rate limits cause bursts, and the number should not jump.
 */
export function paceOf(first: Sample, now: Sample): Pace | null {
  const seconds = (now.at - first.at) / 1000;
  const done = now.done - first.done;
  if (first.step !== now.step || seconds < 1 || done < minimumDone) return null;
  const perSecond = done / seconds;
  return {
    perSecond,
    left: now.total === undefined ? null : Math.max(0, Math.ceil((now.total - now.done) / perSecond)),
  };
}
