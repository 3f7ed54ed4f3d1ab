import type { ReactNode } from 'react';

/** The name of the page's subject, for the breadcrumb: a skeleton while loading, a dash when it cannot be loaded. */
export function LoadedName(props: {
  readonly query: { readonly isError: boolean };
  readonly name: string | undefined;
}): ReactNode {
  const { query, name } = props;
  return name ?? (query.isError ? '–' : <TextSkeleton />);
}

/** The loading state of a short text. */
export function TextSkeleton(): ReactNode {
  return <span className="skeleton inline-block h-4 w-32 align-middle" />;
}
