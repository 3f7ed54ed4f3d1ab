import type { ReactNode } from 'react';

// On a small screen a row has one column and its status. The others appear from `md` on, and in print, which is narrower than `md`.
export const cell = 'h-13 px-4 py-2 align-middle';
export const wideCell = `${cell} hidden lg:table-cell print:table-cell`;
export const stateCell = `${cell} w-0 pl-0 lg:w-auto lg:pl-4 print:w-auto print:pl-4`;

/** A click anywhere in the row follows its link, which the keyboard and screen readers use. */
export const rowLink =
  'font-medium wrap-anywhere after:absolute after:inset-0 after:rounded-card focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-brass-line';

export function RowTable(props: {
  readonly caption: string;
  readonly columns: readonly { readonly label: ReactNode; readonly className?: string }[];
  readonly children: ReactNode;
}): ReactNode {
  const { caption, columns, children } = props;
  return (
    <div className={tableFrame}>
      <table className="w-full border-collapse tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead className="hidden lg:table-header-group print:table-header-group">
          <tr>
            {columns.map(({ label, className = '' }, column) => (
              <th key={column} scope="col" className={`${tableHead} ${className}`}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A row. One of its cells must contain a link with the class `rowLink`. */
export function Row({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <tr className="relative border-b border-line transition-colors last:border-b-0 hover:bg-sunken/60">
      {children}
    </tr>
  );
}

/** The frame of every table. Clips without scrolling, so that the header can be sticky below the top bar. */
export const tableFrame =
  'overflow-clip rounded-card border border-line bg-surface print:overflow-visible print:border-0';

/** Its line is an inset shadow, because a collapsed border does not move with a sticky cell. */
export const tableHead =
  'sticky top-[calc(3.5rem+var(--bar))] z-1 h-10 bg-surface px-4 text-left text-sm font-medium text-muted shadow-[inset_0_-1px_var(--color-line)] print:static print:h-6';
