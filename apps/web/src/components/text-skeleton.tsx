import type { ReactNode } from 'react';

/** The loading state of a short text. */
export function TextSkeleton(): ReactNode {
  return <span className="skeleton inline-block h-4 w-32 align-middle" />;
}
