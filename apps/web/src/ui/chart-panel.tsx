import { ChartColumn, Table2 } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { tableFrame, tableHead } from './row-table.tsx';

/** A chart with its title, and the table with the same numbers that can replace it. */
export function ChartPanel(props: {
  readonly title: string;
  /** Whether the summary already says what the chart shows, so that the title is only for screen readers. */
  readonly hidesTitle?: boolean;
  /** The most important number, in words. */
  readonly summary: ReactNode;
  readonly table: ChartTableProps;
  readonly children: (titleId: string) => ReactNode;
}): ReactNode {
  const { title, hidesTitle = false, summary, table, children } = props;
  const { t } = useTranslation();
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const toggle = t(asTable ? 'chart.asChart' : 'chart.asTable');
  const Icon = asTable ? ChartColumn : Table2;
  // A chart with a hidden title is directly below the title of its page.
  const Title = hidesTitle ? 'h2' : 'h3';
  return (
    <section
      aria-labelledby={id}
      className="flex h-full min-w-0 flex-col rounded-card border border-line bg-surface p-4"
    >
      <div className="mb-3 flex items-start justify-between gap-4">
        <div className="min-w-0 flex-1">
          <Title id={id} className={hidesTitle ? 'sr-only' : 'font-medium'}>
            {title}
          </Title>
          <div className={hidesTitle ? 'font-medium tabular-nums' : 'text-sm text-muted tabular-nums'}>
            {summary}
          </div>
        </div>
        <button
          type="button"
          aria-label={toggle}
          title={toggle}
          onClick={() => setAsTable(!asTable)}
          className="-my-2 -mr-2 inline-flex size-9 shrink-0 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:size-11"
        >
          <Icon aria-hidden="true" className="size-4" />
        </button>
      </div>
      {asTable ? <ChartTable {...table} /> : children(id)}
    </section>
  );
}

interface ChartTableProps {
  readonly columns: readonly string[];
  /** The header of each row, and its numbers. */
  readonly rows: readonly {
    readonly key: number | string;
    readonly name: ReactNode;
    readonly values: readonly ReactNode[];
  }[];
}

function ChartTable({ columns, rows }: ChartTableProps): ReactNode {
  return (
    <div className={`${tableFrame} max-h-96 overflow-y-auto`}>
      <table className="w-full border-collapse tabular-nums">
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th
                key={column}
                scope="col"
                className={`${tableHead} top-0 ${index === 0 ? '' : 'text-right'}`}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, values }) => (
            <tr key={key} className="border-b border-line last:border-b-0">
              <th scope="row" className="px-4 py-2 text-left font-normal">
                {name}
              </th>
              {values.map((value, index) => (
                <td key={columns[index + 1]} className="px-4 py-2 text-right">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
