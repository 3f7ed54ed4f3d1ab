import type { Store } from '@latchkey/emulator-kit';

/** Logto's clock. It runs with the machine's clock, and can be shifted to simulate skew or to let things expire. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds ahead of the machine's clock; negative when behind. */
  offset(): number;
  setOffset(milliseconds: number): void;
}

/** The offset is stored, so that a restart does not change the time. */
export function createClock(store: Store): Clock {
  const settings = store.collection<number>('clock');
  const offset = (): number => settings.get('offset') ?? 0;
  return {
    now: () => Date.now() + offset(),
    offset,
    setOffset: (milliseconds) => settings.put('offset', milliseconds),
  };
}
