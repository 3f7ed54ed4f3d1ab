import type { ReactNode } from 'react';
import { tableFrame } from '../../components/table-style.ts';
import { rowHeight } from './row-layout.ts';

const widths = ['58%', '44%', '52%', '38%', '49%', '41%'];

/** The loading state of the first page: a header, and rows in their final size. */
export function MembersSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className={tableFrame}>
      <div className="hidden h-10 border-b border-line md:block" />
      {widths.map((width) => (
        <div
          key={width}
          className={`flex items-center gap-3 border-b border-line px-4 last:border-b-0 ${rowHeight}`}
        >
          <span className="skeleton size-8 rounded-full" />
          <span className="min-w-0 flex-1">
            <span className="skeleton block h-4" style={{ width }} />
            <span className="skeleton mt-2 block h-3 w-32" />
          </span>
        </div>
      ))}
    </div>
  );
}
