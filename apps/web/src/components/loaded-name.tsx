import type { ReactNode } from 'react';
import { TextSkeleton } from './text-skeleton.tsx';

/** The name of what a page is about, for the breadcrumb: a skeleton until it is known, a dash when it cannot be. */
export function LoadedName(props: {
  readonly query: { readonly isError: boolean };
  readonly name: string | undefined;
}): ReactNode {
  const { query, name } = props;
  return name ?? (query.isError ? '–' : <TextSkeleton />);
}
