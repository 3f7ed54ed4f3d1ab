import { ActionableError } from '../actionable-error.ts';
import type { Paint } from '../policy/paint.ts';

/**
 * The result of a check. `says` is one line, and `fix` is what to do. A `notice` needs attention but is not a failure.
 */
export type Verdict =
  | { readonly state: 'ok'; readonly about: string; readonly says: string }
  | {
      readonly state: 'failed' | 'notice' | 'skipped';
      readonly about: string;
      readonly says: string;
      readonly fix: string;
    };

export const verdictsOf = (about: string) => ({
  ok: (says: string): Verdict => ({ state: 'ok', about, says }),
  failed: (says: string, fix: string): Verdict => ({ state: 'failed', about, says, fix }),
  /** Converts an {@link ActionableError}. Rethrows any other error. */
  failedBy: (error: unknown): Verdict => {
    if (error instanceof ActionableError) return { state: 'failed', about, says: error.says, fix: error.fix };
    throw error;
  },
  /** Creates a notice about pending work in a correct set-up. */
  notice: (says: string, fix: string): Verdict => ({ state: 'notice', about, says, fix }),
  /** Creates the verdict of a check that was skipped because a setting is missing. */
  skipped: (says: string, fix: string): Verdict => ({ state: 'skipped', about, says, fix }),
});

const marks = { ok: '✓', failed: '✗', notice: '!', skipped: '–' } as const;
const styles = { ok: 'green', failed: 'red', notice: 'yellow', skipped: 'dim' } as const;

export function renderVerdict(verdict: Verdict, paint: Paint): string[] {
  const { state, about, says } = verdict;
  const line = `${paint(styles[state], marks[state])} ${paint('bold', about)}: ${says}`;
  return verdict.state === 'ok' ? [line] : [line, `    ${verdict.fix}`];
}
