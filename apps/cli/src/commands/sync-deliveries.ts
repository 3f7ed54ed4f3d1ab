import { subjectName, type Subject } from '@latchkey/directory-sync';
import { Option } from 'commander';
import type { AddCommand, CommandDeps } from '../command-deps.ts';
import { wholeNumber } from '../options.ts';
import { parseSubject } from '../sync/reconcile-subjects.ts';
import {
  openServer,
  type DeliveriesInput,
  type DeliveryPage,
  type ListedDelivery,
  type ServerApi,
  type Delivery,
} from '../server/connect-server.ts';
import { paintOf } from '../policy/paint.ts';
import { formatTime } from '../sync/describe-run.ts';

interface DeliveriesOptions {
  readonly status?: keyof typeof statusOf;
  readonly event?: string;
  readonly subject?: Subject;
  readonly limit: number;
  readonly json?: boolean;
}

export const addSyncDeliveries: AddCommand = (program, deps) => {
  program
    .command('deliveries')
    .description("list the server's deliveries, newest first")
    .addOption(new Option('--status <status>', 'only this status').choices(Object.keys(statusOf)))
    .option('--event <name>', 'only this event, such as User.Created')
    .option('--subject <subject>', 'only user:<id> or organization:<id>', parseSubject)
    .option('--limit <number>', 'maximum number', wholeNumber(1, 999_999, 'deliveries'), 20)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  latchkey sync deliveries --status dead-letter --event User.Created')
    .action(async ({ subject, status, event, limit, json = false }: DeliveriesOptions) => {
      const wanted = { status: status && statusOf[status], event, subject: subject && subjectName(subject) };
      const { items, isAll } = await openServer(deps).call((api) => listDeliveries(api, wanted, limit));
      if (json) deps.print(JSON.stringify(items));
      else printDeliveries(items, deps);
      if (!isAll) deps.warn('There may be more: raise --limit.');
    });
  program
    .command('delivery')
    .description('show a delivery with its subjects, attempts and changes')
    .argument('<id>', 'the id from "sync deliveries", or its beginning')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  latchkey sync delivery 9f86d081884c')
    .action(async (id: string, { json = false }: { readonly json?: boolean }) => {
      const delivery = await openServer(deps).call((api) => api.sync.delivery.query({ id }));
      if (json) deps.print(JSON.stringify(delivery));
      else printDelivery(delivery, deps);
    });
};

/** The server's maximum page size. */
const pageSize = 100;

/** `isAll`: there are no more than `limit`. */
async function listDeliveries(
  api: ServerApi,
  filter: Pick<DeliveriesInput, 'status' | 'event' | 'subject'>,
  limit: number,
): Promise<{ readonly items: readonly ListedDelivery[]; readonly isAll: boolean }> {
  const items: ListedDelivery[] = [];
  let cursor: DeliveryPage['nextCursor'] = null;
  do {
    const input: DeliveriesInput = {
      ...filter,
      limit: Math.min(pageSize, limit - items.length),
      ...(cursor === null ? {} : { cursor }),
    };
    const page: DeliveryPage = await api.sync.deliveries.query(input); // oxlint-disable-line no-await-in-loop -- each page has the cursor of the next one
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, isAll: cursor === null };
}

type Output = Pick<CommandDeps, 'print' | 'color'>;

/** The CLI's names of the server's statuses. */
const statusOf = {
  waiting: 'pending',
  applied: 'applied',
  ignored: 'ignored',
  'dead-letter': 'failed',
} as const;

const labels = { pending: 'waiting', applied: 'applied', ignored: 'ignored', failed: 'dead letter' } as const;
const styles = { pending: 'yellow', applied: 'green', ignored: 'dim', failed: 'red' } as const;
const because = { test: "Logto's test", not_handled: 'changes no user' } as const;

const titles = ['RECEIVED', 'EVENT', 'SUBJECTS', 'STATUS', 'TRIES', 'ID'];
const shownSubjects = 2;
/** The length of the printed prefix of an id, which "sync delivery" and "sync replay" accept. */
const shortId = 12;

function printDeliveries(deliveries: readonly ListedDelivery[], { print, color }: Output): void {
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
  // Pads first, because color codes would count as characters.
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

function printDelivery(delivery: Delivery, { print, color }: Output): void {
  const { event, source, receivedAt, status, attempts, settledAt, failedAttempts, nextAttemptAt } = delivery;
  const from = source === 'recovered' ? "found in Logto's own log" : 'sent by Logto';
  print(`${event}, ${from}, received ${formatTime(receivedAt)}`);
  // Not printed after failed attempts, because the outcome repeats the newest one.
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
