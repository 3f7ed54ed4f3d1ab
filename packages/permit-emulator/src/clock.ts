/** The clock for timestamps. It keeps running after it is set. */
export interface Clock {
  now(): Date;
  set(to: Date): void;
  /** Moves the clock by milliseconds; negative moves it back. */
  advance(by: number): void;
  /** Returns to the machine's time. */
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
