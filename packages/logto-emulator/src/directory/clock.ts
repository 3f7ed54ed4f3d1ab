import type { Store } from '@latchkey/emulator-kit';

/** The machine's clock plus an offset, which simulates skew or makes tokens expire. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds; negative when behind. */
  offset(): number;
  setOffset(milliseconds: number): void;
}

/** The offset survives a restart. */
export function createClock(store: Store): Clock {
  const settings = store.collection<number>('clock');
  const offset = (): number => settings.get('offset') ?? 0;
  return {
    now: () => Date.now() + offset(),
    offset,
    setOffset: (milliseconds) => settings.put('offset', milliseconds),
  };
}
