/** Limits the amount of a resource (bytes, calls) in use. */
export interface Budget {
  /** Returns `false`, and takes nothing, if not enough is left for this owner or in total. */
  take(owner: string, amount: number): boolean;
  giveBack(owner: string, amount: number): void;
}

export interface BudgetOptions {
  readonly total: number;
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
