import type { CommandDeps } from '../command-deps.ts';
import type { Delivery } from './answers.ts';
import { moment } from './moment.ts';
import { failureText, outcomeText } from './outcome-text.ts';

/** When it came, whom it spoke of and what became of each, and the last attempts that failed. */
export function printDelivery(delivery: Delivery, { print }: Pick<CommandDeps, 'print'>): void {
  const { event, source, receivedAt, status, attempts, settledAt } = delivery;
  const from = source === 'recovered' ? "found in Logto's own log" : 'sent by Logto';
  const outcome = outcomeText(delivery);
  print(`${event}, ${from}, received ${moment(receivedAt)}`);
  print(
    `${status}${settledAt === null ? '' : ` ${moment(settledAt)}`} after ${attempts} tries${outcome === '' ? '' : `: ${outcome}`}`,
  );
  for (const { subject, settledAt: at, changes } of delivery.subjects) {
    const became = at === null ? 'waits' : `${moment(at)} ${changes?.join(', ') || 'already in step'}`;
    print(`  ${subject}: ${became}`);
  }
  for (const { failedAt, subject, ...failure } of delivery.failedAttempts) {
    print(`  ! ${moment(failedAt)} ${subject}: ${failureText(failure)}`);
  }
  if (delivery.nextAttemptAt !== null) print(`Tried again at ${moment(delivery.nextAttemptAt)}.`);
}
