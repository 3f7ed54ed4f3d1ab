/** The time that records and decisions are stamped with. It runs on from wherever it is set to. */
export interface Clock {
  now(): Date;
  set(to: Date): void;
  /** @param by milliseconds, backwards when negative */
  advance(by: number): void;
  /** Back to the machine's time. */
  reset(): void;
}

export function createClock(): Clock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    set(to) {
      offset = to.getTime() - Date.now();
    },
    advance(by) {
      offset += by;
    },
    reset() {
      offset = 0;
    },
  };
}
