import { within } from '../within.ts';

export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly values: readonly { readonly value: number; readonly labels?: Record<string, string> }[];
}

/** Milliseconds. */
const limits = { rememberFor: 5_000, deadline: 2_000 };

/**
 * Returns `undefined` while PostgreSQL does not respond in time, because old values would look current. Concurrent
 * scrapes share one read, which is cached for five seconds.
 */
export function createReadFigures(
  read: () => Promise<readonly Figure[]>,
): () => Promise<readonly Figure[] | undefined> {
  let reading: Promise<void> | undefined;
  let known: { readonly at: number; readonly figures: readonly Figure[] } | undefined;
  const isFresh = (): boolean => known !== undefined && performance.now() - known.at < limits.rememberFor;
  return async () => {
    if (!isFresh()) {
      known = undefined;
      reading ??= read()
        .then(
          (figures) => {
            known = { at: performance.now(), figures };
          },
          () => {},
        )
        .finally(() => {
          reading = undefined;
        });
      await within(limits.deadline, reading, () => {});
    }
    return known?.figures;
  };
}

export function gauge(name: string, help: string, value: number): Figure {
  return { name, help, values: [{ value }] };
}
