import type { Paint } from '../policy/paint.ts';
import type { Verdict } from './verdict.ts';

const marks = { ok: '✓', failed: '✗', notice: '!', skipped: '–' } as const;
const styles = { ok: 'green', failed: 'red', notice: 'yellow', skipped: 'dim' } as const;

/** Renders a verdict with its fix below it. */
export function renderVerdict(verdict: Verdict, paint: Paint): string[] {
  const { state, about, says } = verdict;
  const line = `${paint(styles[state], marks[state])} ${paint('bold', about)}: ${says}`;
  return verdict.state === 'ok' ? [line] : [line, `    ${verdict.fix}`];
}
