import { allowanceOf, drawLot, freshBudget, slowedDown, spedUp, waitOf, type Budget } from './budget.ts';
import type { Budgets, CallKind, Limits } from './rate-limiter.ts';

/** Budgets of one process, which has them to itself. */
export function createMemoryBudgets(limits: Limits, now: () => number): Budgets {
  const kept = new Map<CallKind, Budget>();
  const budgetOf = (kind: CallKind): Budget =>
    kept.get(kind) ?? freshBudget(allowanceOf(limits[kind]), now());

  return {
    async draw(kind) {
      const allowance = allowanceOf(limits[kind]);
      const budget = limits[kind] === Infinity ? budgetOf(kind) : drawLot(budgetOf(kind), allowance, now());
      kept.set(kind, budget);
      return waitOf(budget, allowance, now());
    },
    closedFor: async (kind) => Math.max(0, budgetOf(kind).closedUntil - now()),
    slowDown: (kind, milliseconds) => void kept.set(kind, slowedDown(budgetOf(kind), now() + milliseconds)),
    speedUp: (kind) => void kept.set(kind, spedUp(budgetOf(kind))),
  };
}
