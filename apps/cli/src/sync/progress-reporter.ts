import type { Progress } from '@latchkey/directory-sync';
import type { CommandDeps } from '../command-deps.ts';
import { formatProgress } from './format-progress.ts';

/** Milliseconds between two looks of a bar, and between two lines where there is no terminal. */
const pace = { bar: 100, lines: 5_000 };

export interface ProgressReporter {
  readonly onProgress: (progress: Progress) => void;
  /** Leaves the terminal's line to whoever writes next. */
  readonly end: () => void;
}

/** A bar that is written over, or plain lines now and then where output is no terminal. */
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
      if (!isNew && !last && time - shown < (rewrite === undefined ? pace.lines : pace.bar)) return;
      shown = time;
      const line = formatProgress(progress, time - began);
      if (rewrite === undefined) warn(line);
      else rewrite(line);
    },
    end: () => rewrite?.(''),
  };
}
