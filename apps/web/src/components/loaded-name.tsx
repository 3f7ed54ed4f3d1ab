import type { ReactNode } from 'react';
import { TextSkeleton } from './text-skeleton.tsx';

/** The name of the page's subject, for the breadcrumb: a skeleton while loading, a dash when it cannot be loaded. */
export function LoadedName(props: {
  readonly query: { readonly isError: boolean };
  readonly name: string | undefined;
}): ReactNode {
  const { query, name } = props;
  return name ?? (query.isError ? '–' : <TextSkeleton />);
}
