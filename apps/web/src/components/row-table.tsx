import type { ReactNode } from 'react';
import { tableFrame, tableHead } from './table-style.ts';

// On a small screen there is one column and a state beside it; the others appear with the room.
export const cell = 'h-13 px-4 py-2 align-middle';
export const wideCell = `${cell} hidden md:table-cell`;
export const stateCell = `${cell} w-0 pl-0 md:w-auto md:pl-4`;

/**
 * The link of a row: the whole row is its target, while the link itself, for the keyboard and for screen readers, is what
 * the row is called.
 */
export const rowLink =
  'font-medium wrap-anywhere after:absolute after:inset-0 after:rounded-card focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-brass-line';

/** Things that each open on a page of their own. */
export function RowTable(props: {
  /** For screen readers. */
  readonly caption: string;
  readonly columns: readonly { readonly label: string; readonly className?: string }[];
  readonly children: ReactNode;
}): ReactNode {
  const { caption, columns, children } = props;
  return (
    <div className={tableFrame}>
      <table className="w-full border-collapse tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead className="hidden md:table-header-group">
          <tr>
            {columns.map(({ label, className = '' }) => (
              <th key={label} scope="col" className={`${tableHead} ${className}`}>
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

/** Has one `rowLink` among its cells. */
export function Row({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <tr className="relative border-b border-line transition-colors last:border-b-0 hover:bg-sunken/60">
      {children}
    </tr>
  );
}
