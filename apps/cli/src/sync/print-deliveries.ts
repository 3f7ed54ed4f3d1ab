import type { CommandDeps } from '../command-deps.ts';
import type { ListedDelivery } from './sync-api-types.ts';
import { formatTime } from './format-time.ts';
import { describeOutcome } from './describe-outcome.ts';
import { paintOf } from '../policy/paint.ts';
import { paintStatus, shortId, statusWord } from './delivery-words.ts';

/**
 * Formats rows as lines with aligned columns. The last column is not padded.
 *
 * @param style - called with each cell, already padded
 */
function formatTable(
  rows: readonly (readonly string[])[],
  style: (cell: string, column: number, row: number) => string = (cell) => cell,
): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row, index) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .map((cell, column) => style(cell, column, index))
      .join('  '),
  );
}

/** Maximum number of subjects shown per delivery. */
const shownSubjects = 2;

/** Prints one row per delivery. The line below a row has the reason why the delivery failed or was ignored. */
export function printDeliveries(
  deliveries: readonly ListedDelivery[],
  { print, color }: Pick<CommandDeps, 'print' | 'color'>,
): void {
  if (deliveries.length === 0) print('No deliveries.');
  else {
    const rows = deliveries.map((delivery) => [
      formatTime(delivery.receivedAt),
      delivery.event,
      subjectsText(delivery),
      statusWord(delivery.status),
      String(delivery.attempts),
      shortId(delivery.id),
    ]);
    const paint = paintOf({ color });
    const titles = ['RECEIVED', 'EVENT', 'SUBJECTS', 'STATUS', 'TRIES', 'ID'];
    const [head = '', ...lines] = formatTable([titles, ...rows], (cell, column, row) => {
      if (row === 0) return paint('bold', cell);
      const delivery = deliveries[row - 1];
      return delivery === undefined || titles[column] !== 'STATUS'
        ? cell
        : paintStatus(delivery.status, cell, paint);
    });
    print(head);
    for (const [index, delivery] of deliveries.entries()) {
      print(lines[index] ?? '');
      const outcome = describeOutcome(delivery);
      if (outcome !== '') print(`    ${outcome}`);
    }
  }
}

function subjectsText({ subjects, subjectCount }: ListedDelivery): string {
  const more = subjectCount - Math.min(shownSubjects, subjects.length);
  return [...subjects.slice(0, shownSubjects), ...(more > 0 ? [`and ${more} more`] : [])].join(', ') || '-';
}
