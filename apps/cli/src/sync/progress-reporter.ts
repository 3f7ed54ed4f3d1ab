import type { Progress } from '@latchkey/directory-sync';
import type { CommandDeps } from '../command-deps.ts';

/** Milliseconds between updates of the bar, and between lines without a terminal. */
const intervals = { bar: 100, lines: 5_000 };

export interface ProgressReporter {
  readonly onProgress: (progress: Progress) => void;
  /** Clears the bar, so that the next output starts on an empty line. */
  readonly end: () => void;
}

/** Shows progress as a bar on one line of a terminal, or as a plain line every five seconds. */
export function createProgressReporter(
  { rewrite, warn }: Pick<CommandDeps, 'rewrite' | 'warn'>,
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

const width = 24;

/** @param elapsed - milliseconds since the step began */
function formatProgress({ step, done, total }: Progress, elapsed: number): string {
  const rate = elapsed > 0 ? (done / elapsed) * 1000 : 0;
  const count = total === undefined ? `${done}` : `${done}/${total}`;
  // There is no rate before something is done.
  const speed = rate === 0 ? '' : `  ${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`;
  if (total === undefined || total === 0) return `${step}  ${count}${speed}`;
  const part = Math.min(1, done / total);
  const bar = '█'.repeat(Math.round(part * width)).padEnd(width, '░');
  const left = rate > 0 ? `  ${duration((total - done) / rate)} left` : '';
  return `${step}  ${bar} ${String(Math.floor(part * 100)).padStart(3)} %  ${count}${speed}${left}`;
}

/** Formats seconds: `45 s`, `3 min 5 s`, `2 h 4 min`. */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
