/** Bounds how much of something (bytes, calls) is in use at the same time. */
export interface Budget {
  /** Takes an amount for an owner; `false` when there is not enough left, for this owner or for all. */
  take(owner: string, amount: number): boolean;
  giveBack(owner: string, amount: number): void;
}

export interface BudgetOptions {
  /** In all. */
  readonly total: number;
  /** For one owner, so that nobody takes all of it. */
  readonly perOwner: number;
}

export function createBudget({ total, perOwner }: BudgetOptions): Budget {
  let left = total;
  const heldBy = new Map<string, number>();
  return {
    take(owner, amount) {
      const held = (heldBy.get(owner) ?? 0) + amount;
      if (amount > left || held > perOwner) return false;
      left -= amount;
      heldBy.set(owner, held);
      return true;
    },
    giveBack(owner, amount) {
      left += amount;
      const held = (heldBy.get(owner) ?? 0) - amount;
      if (held > 0) heldBy.set(owner, held);
      else heldBy.delete(owner);
    },
  };
}
