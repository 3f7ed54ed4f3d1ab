import { describeUndelivered, formatTime } from '../sync/describe-run.ts';
import type { SyncStatus } from '../server/connect-server.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

const check = verdictsOf('Directory sync');

/** Milliseconds that a delivery may be pending; no working system takes that long. */
const patience = 300_000;

/**
 * Checks that directory sync works: deliveries arrive and do not lag, no run was refused, and it is not paused. Dead
 * letters are a notice.
 */
export function examineSync(status: SyncStatus): Verdict[] {
  const { paused, deliveries, undelivered, oldestPendingAt, lastReal } = status;
  const { pending, failed: dead } = deliveries;
  const oldest = oldestPendingAt === null ? undefined : Date.parse(oldestPendingAt);
  const isLate = !paused && oldest !== undefined && Date.now() - oldest > patience;
  const lost = undelivered && describeUndelivered(undelivered);
  const verdicts = [
    ...(lost === null ? [] : [check.failed(lost.says, lost.fix)]),
    ...(dead > 0
      ? [
          check.notice(
            `${dead} ${dead === 1 ? 'dead letter waits' : 'dead letters wait'}: these users might have wrong roles in Permit.`,
            'latchkey sync deliveries --status dead-letter shows why; fix the cause, then latchkey sync replay --dead.',
          ),
        ]
      : []),
    ...(paused
      ? [
          check.failed(
            'It is paused: new users get no role.',
            'Run latchkey sync resume when the reason is gone.',
          ),
        ]
      : []),
    ...(isLate && oldestPendingAt !== null
      ? [
          check.failed(
            `${pending} ${pending === 1 ? 'delivery waits' : 'deliveries wait'}, the oldest since ${formatTime(oldestPendingAt)}.`,
            "latchkey sync delivery <id> shows each attempt: Permit's API or Logto's Management API is unavailable, or limits the rate.",
          ),
        ]
      : []),
    ...(lastReal?.status === 'refused'
      ? [
          check.failed(
            'The last run was refused: many users would have lost access.',
            'latchkey sync plan shows what it would remove, latchkey sync run --remote --force removes it.',
          ),
        ]
      : []),
  ];
  if (verdicts.length > 0) return verdicts;
  return [check.ok(`pending deliveries: ${pending}, dead letters: 0.`)];
}
