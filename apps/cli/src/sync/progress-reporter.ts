import type { Progress } from '@latchkey/directory-sync';
import type { CommandDeps } from '../command-deps.ts';
import { formatProgress } from './format-progress.ts';

/** Milliseconds between two updates of the bar, and between two lines without a terminal. */
const intervals = { bar: 100, lines: 5_000 };

/** Shows the progress of a run. */
export interface ProgressReporter {
  readonly onProgress: (progress: Progress) => void;
  /** Clears the bar, so that the next output starts on an empty line. */
  readonly end: () => void;
}

/** Shows progress as a bar on one line of a terminal, or as a plain line every five seconds. */
export function createProgressReporter(
  { rewrite, warn }: CommandDeps,
  now: () => number = () => performance.now(),
): ProgressReporter {
  let step: Progress['step'] | undefined;
  let done: number | undefined;
  let began = now();
  let shown = Number.NEGATIVE_INFINITY;
  return {
    onProgress(progress) {
      const time = now();
      const isNew = progress.step !== step;
      if (!isNew && progress.done === done) return;
      ({ done } = progress);
      if (isNew) {
        ({ step } = progress);
        began = time;
      }
      const last = progress.done === progress.total;
      if (!isNew && !last && time - shown < (rewrite === undefined ? intervals.lines : intervals.bar)) return;
      shown = time;
      const line = formatProgress(progress, time - began);
      if (rewrite === undefined) warn(line);
      else rewrite(line);
    },
    end: () => rewrite?.(''),
  };
}
