/** Calls `onChange` whenever something changes; returns a function that unsubscribes. */
export type SubscribeToChange = (onChange: () => void) => () => void;

/**
 * Yields after each change, until a signal aborts; with `startNow`, also immediately. Combines changes while the
 * consumer is busy, because it reads the current state anyway.
 */
export async function* watch(
  subscribe: SubscribeToChange,
  signals: readonly (AbortSignal | undefined)[],
  { startNow = false }: { readonly startNow?: boolean } = {},
): AsyncGenerator<void, void, void> {
  const end = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  let wake: (() => void) | undefined;
  let isChanged = startNow;
  const unsubscribe = subscribe(() => {
    isChanged = true;
    wake?.();
  });
  const onEnd = (): void => wake?.();
  end.addEventListener('abort', onEnd);
  try {
    while (!end.aborted) {
      if (isChanged) {
        isChanged = false;
        yield;
      } else {
        // oxlint-disable-next-line no-await-in-loop -- waits for the next change
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    end.removeEventListener('abort', onEnd);
    unsubscribe();
  }
}
