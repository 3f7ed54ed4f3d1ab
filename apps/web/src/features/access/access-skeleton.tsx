import type { ReactNode } from 'react';

/** The two groups that almost everyone has, in their size. */
export function AccessSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className="flex flex-col gap-6 md:gap-8">
      {[1, 5].map((rows) => (
        <div key={rows}>
          <span className="skeleton block h-6 w-40" />
          <span className="skeleton mt-1 block h-4 w-64" />
          <div className="mt-2 rounded-card border border-line bg-surface px-4 py-3">
            {Array.from({ length: rows }, (_, row) => (
              <span key={row} className="skeleton my-2 block h-4 w-3/5" />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
