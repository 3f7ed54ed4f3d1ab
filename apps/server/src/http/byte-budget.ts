/** Bounds the bytes of request bodies that are in memory at the same time. */
export interface ByteBudget {
  /** Takes bytes for an owner; `false` when there are not enough left, for this owner or for all. */
  take(owner: string, bytes: number): boolean;
  giveBack(owner: string, bytes: number): void;
}

export interface ByteBudgetOptions {
  /** Bytes in all. */
  readonly total: number;
  /** Bytes for one owner, so that nobody takes all of them. */
  readonly perOwner: number;
}

export function createByteBudget({ total, perOwner }: ByteBudgetOptions): ByteBudget {
  let left = total;
  const heldBy = new Map<string, number>();
  return {
    take(owner, bytes) {
      const held = (heldBy.get(owner) ?? 0) + bytes;
      if (bytes > left || held > perOwner) return false;
      left -= bytes;
      heldBy.set(owner, held);
      return true;
    },
    giveBack(owner, bytes) {
      left += bytes;
      const held = (heldBy.get(owner) ?? 0) - bytes;
      if (held > 0) heldBy.set(owner, held);
      else heldBy.delete(owner);
    },
  };
}
