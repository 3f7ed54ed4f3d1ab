import { ActionableError } from '../actionable-error.ts';
import type { Paint } from '../policy/paint.ts';

/**
 * The result of a check. `says` is one line; `fix` says what to do. A `notice` is not a fault of the set-up, but work
 * to do.
 */
export type Verdict =
  | { readonly state: 'ok'; readonly about: string; readonly says: string }
  | {
      readonly state: 'failed' | 'notice' | 'skipped';
      readonly about: string;
      readonly says: string;
      readonly fix: string;
    };

export function ok(about: string, says: string): Verdict {
  return { state: 'ok', about, says };
}

export function failed(about: string, says: string, fix: string): Verdict {
  return { state: 'failed', about, says, fix };
}

/** A verdict from an {@link ActionableError}. Rethrows any other error. */
export function failedBy(about: string, error: unknown): Verdict {
  if (error instanceof ActionableError) return failed(about, error.says, error.fix);
  throw error;
}

/** A verdict for pending work, when the checked set-up itself is correct. */
export function notice(about: string, says: string, fix: string): Verdict {
  return { state: 'notice', about, says, fix };
}

/** A verdict for a check that was skipped because a setting is missing. */
export function skipped(about: string, says: string, fix: string): Verdict {
  return { state: 'skipped', about, says, fix };
}

const marks = { ok: '✓', failed: '✗', notice: '!', skipped: '–' } as const;
const styles = { ok: 'green', failed: 'red', notice: 'yellow', skipped: 'dim' } as const;

/** Renders a verdict with its fix below it. */
export function renderVerdict(verdict: Verdict, paint: Paint): string[] {
  const { state, about, says } = verdict;
  const line = `${paint(styles[state], marks[state])} ${paint('bold', about)}: ${says}`;
  return verdict.state === 'ok' ? [line] : [line, `    ${verdict.fix}`];
}
