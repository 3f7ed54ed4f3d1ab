import { ArrowDown, ArrowUp } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { tableFrame, tableHead } from '../../ui/row-table.tsx';
import { usePrinting } from '../../ui/use-printing.ts';

/** The first column names the row. */
export interface Column<Row> {
  readonly label: string;
  readonly render: (row: Row) => ReactNode;
  /** Without one, the column is not sortable. */
  readonly sortBy?: (row: Row) => string | number;
  readonly className?: string;
  readonly atEnd?: boolean;
}

const step = 200;

interface Sorting {
  readonly column: number;
  readonly isReversed: boolean;
}

/** On a small screen a row is one cell. All rows are printed. */
export function ContentRows<Row>(props: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}): ReactNode {
  const { caption, columns, rows, keyOf } = props;
  const { t, i18n } = useTranslation();
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [most, setMost] = useState(step);
  const isPrinting = usePrinting() !== null;
  const sortBy = sorting === null ? undefined : columns[sorting.column]?.sortBy;
  const compare = (one: string | number, other: string | number): number =>
    typeof one === 'number' && typeof other === 'number'
      ? one - other
      : String(one).localeCompare(String(other), i18n.language);
  const sorted =
    sortBy === undefined ? rows : rows.toSorted((one, other) => compare(sortBy(one), sortBy(other)));
  const ordered = sorting?.isReversed === true ? sorted.toReversed() : sorted;
  const shown = isPrinting ? ordered : ordered.slice(0, most);
  /** Ascending, then descending, then the report's own order. */
  const sortNext = (column: number): void =>
    setSorting((before) =>
      before?.column !== column
        ? { column, isReversed: false }
        : before.isReversed
          ? null
          : { column, isReversed: true },
    );
  return (
    <>
      <div className={tableFrame}>
        <table className="w-full table-fixed border-collapse tabular-nums sm:table-auto print:table-auto">
          <caption className="sr-only">{caption}</caption>
          <thead className="hidden sm:table-header-group print:table-header-group">
            <tr>
              {columns.map(({ label, sortBy: sorts, atEnd = false, className = '' }, index) => {
                const isSorted = sorting?.column === index;
                return (
                  <th
                    key={label}
                    scope="col"
                    aria-sort={!isSorted ? undefined : sorting.isReversed ? 'descending' : 'ascending'}
                    className={`${tableHead} ${className} ${atEnd ? endAligned : ''}`}
                  >
                    {/* Chromium repeats the table header on each printed sheet, but without its buttons. */}
                    {sorts === undefined || isPrinting ? (
                      label
                    ) : (
                      <button
                        type="button"
                        onClick={() => sortNext(index)}
                        className={`inline-flex h-8 items-center gap-1.5 rounded-control hover:text-ink pointer-coarse:h-11 ${atEnd ? 'flex-row-reverse' : ''}`}
                      >
                        {label}
                        <SortMark isShown={isSorted} isReversed={sorting?.isReversed === true} />
                      </button>
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <ContentRow key={keyOf(row)} row={row} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < rows.length && (
        <div className="mt-4 flex flex-col items-center gap-2">
          <Button onClick={() => setMost((before) => before + step)}>{t('report.table.more')}</Button>
          <p className="text-sm text-muted tabular-nums">
            {t('report.table.shown', { shown: shown.length, total: rows.length })}
          </p>
        </div>
      )}
    </>
  );
}

function ContentRow<Row>({
  row,
  columns: [first, ...others],
}: {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
}): ReactNode {
  return (
    <tr className="border-b border-line last:border-b-0">
      <th
        scope="row"
        className={`px-4 py-2.5 text-left align-top font-normal print:py-px sm:max-w-72 ${first?.className ?? ''}`}
      >
        {first?.render(row)}
        <dl className="mt-1.5 flex flex-col gap-1 sm:hidden print:hidden">
          {others.map(({ label, render }) => (
            <div key={label} className="flex flex-wrap items-baseline gap-x-2">
              <dt className="text-sm text-muted">{label}</dt>
              <dd className="min-w-0">{render(row)}</dd>
            </div>
          ))}
        </dl>
      </th>
      {others.map(({ label, render, atEnd = false, className = '' }) => (
        <td
          key={label}
          className={`hidden px-4 py-2.5 align-top print:py-px sm:table-cell print:table-cell ${className} ${atEnd ? endAligned : ''}`}
        >
          {render(row)}
        </td>
      ))}
    </tr>
  );
}

const endAligned = 'sm:text-right print:text-right';

/** Reserves its space while it is hidden. */
function SortMark(props: { readonly isShown: boolean; readonly isReversed: boolean }): ReactNode {
  const Icon = props.isReversed ? ArrowDown : ArrowUp;
  return <Icon aria-hidden="true" className={`size-3.5 print:hidden ${props.isShown ? '' : 'invisible'}`} />;
}
