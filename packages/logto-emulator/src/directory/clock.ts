import type { Store } from '@latchkey/emulator-kit';

/** Logto's time. It runs with the machine's, and can be set apart from it to act out skew or to let things expire. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds ahead of the machine's clock; negative when behind. */
  offset(): number;
  setOffset(milliseconds: number): void;
}

/** The offset is part of the durable state, so that a restart does not travel in time. */
export function createClock(store: Store): Clock {
  const settings = store.collection<number>('clock');
  const offset = (): number => settings.get('offset') ?? 0;
  return {
    now: () => Date.now() + offset(),
    offset,
    setOffset: (milliseconds) => settings.put('offset', milliseconds),
  };
}
