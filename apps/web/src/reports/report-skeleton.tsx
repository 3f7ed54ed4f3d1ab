import type { ReactNode } from 'react';

/** The geometry of a report, while it is on its way. */
export function ReportSkeleton(): ReactNode {
  return (
    <div aria-busy="true">
      <span className="skeleton block h-9 w-[min(24rem,80%)]" />
      <span className="skeleton mt-3 mb-8 block h-6 w-[min(30rem,100%)]" />
      <span className="skeleton mb-4 block h-8 w-64" />
      <div className="rounded-card border border-line bg-surface">
        {[1, 2, 3, 4].map((row) => (
          <div key={row} className="flex h-15 items-center gap-3 border-b border-line px-4 last:border-b-0">
            <span className="skeleton size-8 rounded-full" />
            <span className="skeleton h-4 w-40" />
            <span className="skeleton ml-auto h-6 w-24" />
          </div>
        ))}
      </div>
    </div>
  );
}
