/** What may still be asked of one kind of call. Times are milliseconds of the clock of whoever keeps it. */
export interface Budget {
  /** Below zero when calls wait that were promised their turn. */
  readonly tokens: number;
  readonly filledAt: number;
  /** 1 is the configured pace; less after Permit said 429. */
  readonly pace: number;
  readonly closedUntil: number;
}

/** A limit as a bucket: what may be asked at once, and what comes back in a millisecond at full pace. */
export interface Allowance {
  readonly capacity: number;
  readonly refill: number;
  /**
   * Calls drawn at once: a tenth of a second's worth, at least one, so that who keeps the budget is not asked for each
   * call of many.
   */
  readonly lot: number;
}

const minute = 60_000;
/** The part of a minute's budget that may be spent at once; the rest comes back evenly, so no minute exceeds its limit. */
const burst = 0.2;
/** Milliseconds for which what is left of a lot may be used. Long enough that of few calls little is lost. */
export const lotLifetime = 5_000;

export const paceRange = { slowest: 1 / 16, afterRefusal: 0.5, afterSuccess: 1.1 };

/** `limit` is calls a minute. What may be in hand as rests of lots is kept out of the bucket: a minute holds both. */
export function allowanceOf(limit: number): Allowance {
  const refill = (limit * (1 - burst)) / minute;
  const lot = Math.max(1, Math.floor(refill * 100));
  const inHand = lot === 1 ? 0 : ((1 - burst) * lotLifetime) / minute;
  return { capacity: Math.max(1, limit * (burst - inHand)), refill, lot };
}

export function freshBudget({ capacity }: Allowance, now: number): Budget {
  return { tokens: capacity, filledAt: now, pace: 1, closedUntil: now };
}

/** Takes a lot out; `waitOf` says when it is there. While Permit refuses calls nothing comes back. */
export function drawLot(budget: Budget, { capacity, refill, lot }: Allowance, now: number): Budget {
  const since = Math.max(budget.filledAt, budget.closedUntil);
  const comeBack = Math.max(0, now - since) * budget.pace * refill;
  return {
    ...budget,
    tokens: Math.min(capacity, budget.tokens + comeBack) - lot,
    filledAt: Math.max(budget.filledAt, now),
  };
}

/** Milliseconds until what was drawn last is there. */
export function waitOf(
  { tokens, pace, closedUntil }: Omit<Budget, 'filledAt'>,
  { refill }: Allowance,
  now: number,
): number {
  return Math.max(0, closedUntil - now) + Math.max(0, -tokens) / (pace * refill);
}

/** Permit said 429: closed until then, and half as fast from then on. */
export function slowedDown(budget: Budget, until: number): Budget {
  return {
    ...budget,
    pace: Math.max(paceRange.slowest, budget.pace * paceRange.afterRefusal),
    closedUntil: Math.max(budget.closedUntil, until),
  };
}

/** A call went through: a tenth faster. */
export function spedUp(budget: Budget): Budget {
  return { ...budget, pace: Math.min(1, budget.pace * paceRange.afterSuccess) };
}
