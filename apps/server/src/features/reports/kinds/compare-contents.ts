import { AppError } from '../../../app-error.ts';
import type { ReportContent } from './report-content.ts';

/** What is different between two reports of a kind. Rows are those of the reports, in their order. */
interface Differences<Row> {
  /** In the second report only. */
  readonly came: readonly Row[];
  /** In the first report only. */
  readonly went: readonly Row[];
  readonly changed: readonly { readonly before: Row; readonly after: Row }[];
}

/** How rows are compared: what makes two of them the same one, and what of them may change. */
interface Compared<Row> {
  readonly keyOf: (row: Row) => string;
  readonly valueOf: (row: Row) => unknown;
}

/** @throws `REPORT_KINDS_DIFFER` */
export function compareContents(before: ReportContent, after: ReportContent) {
  if (before.kind === 'access-review' && after.kind === 'access-review')
    return {
      kind: before.kind,
      ...compareRows(before.rows, after.rows, { keyOf: ({ key }) => key, valueOf: (row) => rolesOf(row) }),
    };
  if (before.kind === 'machines' && after.kind === 'machines')
    return {
      kind: before.kind,
      ...compareRows(before.rows, after.rows, {
        keyOf: ({ key }) => key,
        valueOf: (row) => [rolesOf(row), row.permissions.toSorted()],
      }),
    };
  if (before.kind === 'dormant' && after.kind === 'dormant')
    return {
      kind: before.kind,
      ...compareRows(before.rows, after.rows, {
        keyOf: ({ key }) => key,
        valueOf: (row) => [rolesOf(row), row.lastSignInAt],
      }),
    };
  if (before.kind === 'denials' && after.kind === 'denials')
    return {
      kind: before.kind,
      ...compareRows(before.rows, after.rows, {
        keyOf: ({ key, permission }) => `${permission} ${key}`,
        valueOf: ({ times, instances }) => [times, instances],
      }),
    };
  if (before.kind === 'changes' && after.kind === 'changes')
    // An event never changes.
    return {
      kind: before.kind,
      ...compareRows(before.rows, after.rows, { keyOf: ({ id }) => id, valueOf: () => null }),
    };
  throw new AppError('REPORT_KINDS_DIFFER', `A report of ${before.kind} and one of ${after.kind}.`);
}

function compareRows<Row>(
  before: readonly Row[],
  after: readonly Row[],
  { keyOf: key, valueOf }: Compared<Row>,
): Differences<Row> {
  const [first, second] = [before, after].map((rows) => new Map(rows.map((row) => [key(row), row])));
  const isIn = (rows: ReadonlyMap<string, Row> | undefined, row: Row): boolean =>
    rows?.has(key(row)) === true;
  const textOf = (row: Row): string => JSON.stringify(valueOf(row));
  return {
    came: after.filter((row) => !isIn(first, row)),
    went: before.filter((row) => !isIn(second, row)),
    changed: after.flatMap((row) => {
      const earlier = first?.get(key(row));
      return earlier === undefined || textOf(earlier) === textOf(row)
        ? []
        : [{ before: earlier, after: row }];
    }),
  };
}

/** The same roles in another order are the same. */
function rolesOf({ roles }: { readonly roles: readonly string[] }): string[] {
  return roles.toSorted();
}
