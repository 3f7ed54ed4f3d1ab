/** Limits the amount of a resource (bytes, calls) in use. */
export interface Budget {
  /** Returns `false`, and consumes nothing, if not enough is left for this owner or in total. */
  consume(owner: string, amount: number): boolean;
  refund(owner: string, amount: number): void;
}

export interface BudgetOptions {
  readonly total: number;
  readonly perOwner: number;
}

export function createBudget({ total, perOwner }: BudgetOptions): Budget {
  let left = total;
  const heldBy = new Map<string, number>();
  return {
    consume(owner, amount) {
      const held = (heldBy.get(owner) ?? 0) + amount;
      if (amount > left || held > perOwner) return false;
      left -= amount;
      heldBy.set(owner, held);
      return true;
    },
    refund(owner, amount) {
      left += amount;
      const held = (heldBy.get(owner) ?? 0) - amount;
      if (held > 0) heldBy.set(owner, held);
      else heldBy.delete(owner);
    },
  };
}
