import { ChevronDown } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';

/** A `<select>` with the height of a button. */
export function Select(props: ComponentProps<'select'>): ReactNode {
  return (
    <span className="relative inline-flex max-w-full min-w-0">
      <select
        {...props}
        className="h-9 max-w-full appearance-none truncate rounded-control border border-line-strong bg-paper pr-8 pl-3 font-medium pointer-coarse:h-11"
      />
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  );
}
