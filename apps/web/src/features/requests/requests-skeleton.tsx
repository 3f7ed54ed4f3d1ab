import type { ReactNode } from 'react';

/** The loading state of the list: two open requests in their final size. */
export function RequestsSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className="divide-y divide-line rounded-card border border-line bg-surface">
      {[0, 1].map((row) => (
        <div key={row} className="flex flex-col gap-3 px-4 py-4">
          <span className="skeleton block h-8 w-64 max-w-full" />
          <span className="skeleton block h-5 w-80 max-w-full" />
          <span className="skeleton block h-5 w-56 max-w-full" />
          <span className="skeleton block h-9 w-72 max-w-full" />
        </div>
      ))}
    </div>
  );
}
