/** How far a step of a run was at a moment. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly step: string;
  readonly done: number;
  readonly total?: number | undefined;
}

export interface Pace {
  /** What is done in a second. */
  readonly perSecond: number;
  /** Seconds; `null` while nobody knows how much there is. */
  readonly left: number | null;
}

/** Fewer say little of the rest: the first of four thousand may have taken as long as the next thousand in bulk. */
const enough = 10;

/**
 * How fast a step goes, from where it was first seen to where it is now; `null` until that can be told. Over the whole
 * step rather than the last moment: vendors' rate limits make it go in bursts, and a figure that jumps helps nobody.
 */
export function paceOf(first: Sample, now: Sample): Pace | null {
  const seconds = (now.at - first.at) / 1000;
  const done = now.done - first.done;
  if (first.step !== now.step || seconds < 1 || done < enough) return null;
  const perSecond = done / seconds;
  return {
    perSecond,
    left: now.total === undefined ? null : Math.max(0, Math.ceil((now.total - now.done) / perSecond)),
  };
}
