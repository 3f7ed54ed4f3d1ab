import type { CommandDeps } from '../command-deps.ts';
import { paintOf } from '../policy/paint.ts';
import type { Delivery, ListedDelivery } from '../server/connect-server.ts';
import { formatTime } from './describe-run.ts';

type Output = Pick<CommandDeps, 'print' | 'color'>;

/** Maps the status labels of the CLI to the server's statuses. */
export const statusOf = {
  waiting: 'pending',
  applied: 'applied',
  ignored: 'ignored',
  'dead-letter': 'failed',
} as const;

const labels = { pending: 'waiting', applied: 'applied', ignored: 'ignored', failed: 'dead letter' } as const;
const styles = { pending: 'yellow', applied: 'green', ignored: 'dim', failed: 'red' } as const;
const because = { test: "Logto's test", not_handled: 'changes no user' } as const;

const titles = ['RECEIVED', 'EVENT', 'SUBJECTS', 'STATUS', 'TRIES', 'ID'];
/** Maximum number of subjects shown per delivery. */
const shownSubjects = 2;
/** The length of an id's prefix that distinguishes deliveries; "sync delivery" and "sync replay" accept it. */
const shortId = 12;

/** Prints one row per delivery. The line below a row has the reason why the delivery failed or was ignored. */
export function printDeliveries(deliveries: readonly ListedDelivery[], { print, color }: Output): void {
  if (deliveries.length === 0) {
    print('No deliveries.');
    return;
  }
  const paint = paintOf({ color });
  const rows = deliveries.map((delivery) => [
    formatTime(delivery.receivedAt),
    delivery.event,
    subjectsText(delivery),
    labels[delivery.status],
    String(delivery.attempts),
    delivery.id.slice(0, shortId),
  ]);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  // Pads before it colors, because color codes have no width.
  const line = (row: readonly string[], style: (cell: string, column: number) => string): string =>
    row.map((cell, column) => style(cell.padEnd(widths[column] ?? 0), column)).join('  ');
  print(line(titles, (cell) => paint('bold', cell)).trimEnd());
  for (const [index, delivery] of deliveries.entries()) {
    const isStatus = (column: number): boolean => titles[column] === 'STATUS';
    print(
      line(rows[index] ?? [], (cell, column) =>
        isStatus(column) ? paint(styles[delivery.status], cell) : cell,
      ).trimEnd(),
    );
    const outcome = describeOutcome(delivery);
    if (outcome !== '') print(`    ${outcome}`);
  }
}

function subjectsText({ subjects, subjectCount }: ListedDelivery): string {
  const more = subjectCount - Math.min(shownSubjects, subjects.length);
  return [...subjects.slice(0, shownSubjects), ...(more > 0 ? [`and ${more} more`] : [])].join(', ') || '-';
}

/** Why a delivery was ignored, or why its last attempt failed. Empty for other outcomes. */
function describeOutcome({ outcome }: Pick<ListedDelivery, 'outcome'>): string {
  if (outcome?.kind === 'ignored') return because[outcome.because];
  return outcome?.kind === 'error' ? describeFailure(outcome) : '';
}

/** Describes a failed attempt: `PERMIT_REFUSED 422: …`. */
function describeFailure(failure: {
  readonly code: string;
  readonly status?: number | null;
  readonly detail: string;
}): string {
  const { code, status, detail } = failure;
  return `${code}${status == null ? '' : ` ${status}`}: ${detail}`;
}

/** Prints when a delivery was received, its subjects with their changes, and its failed attempts, newest first. */
export function printDelivery(delivery: Delivery, { print, color }: Output): void {
  const { event, source, receivedAt, status, attempts, settledAt, failedAttempts, nextAttemptAt } = delivery;
  const from = source === 'recovered' ? "found in Logto's own log" : 'sent by Logto';
  print(`${event}, ${from}, received ${formatTime(receivedAt)}`);
  // With failed attempts, the outcome is the same as the newest of them.
  const outcome = failedAttempts.length > 0 ? '' : describeOutcome(delivery);
  const settled = settledAt === null ? '' : ` ${formatTime(settledAt)}`;
  const tries = `after ${attempts} ${attempts === 1 ? 'try' : 'tries'}${outcome && `: ${outcome}`}`;
  print(`${paintOf({ color })(styles[status], labels[status])}${settled} ${tries}`);
  for (const { subject, settledAt: at, changes } of delivery.subjects) {
    const open = status === 'failed' ? 'given up' : 'waits';
    print(
      `  ${subject}: ${at === null ? open : `${formatTime(at)} ${changes?.join(', ') || 'already in sync'}`}`,
    );
  }
  for (const { failedAt, subject, ...failure } of failedAttempts) {
    print(`  ! ${formatTime(failedAt)} ${subject}: ${describeFailure(failure)}`);
  }
  if (nextAttemptAt !== null) print(`The next attempt is due ${formatTime(nextAttemptAt)}.`);
}
