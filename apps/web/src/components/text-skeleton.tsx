import type { ReactNode } from 'react';

/** In place of a short text that is loading. */
export function TextSkeleton(): ReactNode {
  return <span className="skeleton inline-block h-4 w-32 align-middle" />;
}
