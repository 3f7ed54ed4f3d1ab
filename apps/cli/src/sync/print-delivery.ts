import type { CommandDeps } from '../command-deps.ts';
import type { Delivery } from './sync-api-types.ts';
import { formatTime } from './format-time.ts';
import { paintOf } from '../policy/paint.ts';
import { paintStatus, statusWord } from './delivery-words.ts';
import { describeFailure, describeOutcome } from './describe-outcome.ts';

/** Prints when a delivery was received, its subjects with their changes, and its failed attempts, newest first. */
export function printDelivery(
  delivery: Delivery,
  { print, color }: Pick<CommandDeps, 'print' | 'color'>,
): void {
  const { event, source, receivedAt, status, attempts, settledAt, failedAttempts, nextAttemptAt } = delivery;
  const from = source === 'recovered' ? "found in Logto's own log" : 'sent by Logto';
  print(`${event}, ${from}, received ${formatTime(receivedAt)}`);
  // With failed attempts, the outcome is the same as the newest of them.
  const outcome = failedAttempts.length > 0 ? '' : describeOutcome(delivery);
  const tries = `after ${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
  print(
    `${paintStatus(status, statusWord(status), paintOf({ color }))}${settledAt === null ? '' : ` ${formatTime(settledAt)}`} ${tries}${outcome && `: ${outcome}`}`,
  );
  for (const { subject, settledAt: at, changes } of delivery.subjects) {
    const open = status === 'failed' ? 'given up' : 'waits';
    print(
      `  ${subject}: ${at === null ? open : `${formatTime(at)} ${changes?.join(', ') || 'already in step'}`}`,
    );
  }
  for (const { failedAt, subject, ...failure } of failedAttempts) {
    print(`  ! ${formatTime(failedAt)} ${subject}: ${describeFailure(failure)}`);
  }
  if (nextAttemptAt !== null) print(`The next try is due ${formatTime(nextAttemptAt)}.`);
}
