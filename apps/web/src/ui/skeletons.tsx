import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

const widths = ['58%', '44%', '52%', '38%'];

export function RowsSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className="rounded-card border border-line bg-surface">
      <div className="hidden h-10 border-b border-line lg:block" />
      {widths.map((width) => (
        <div key={width} className="flex h-15 items-center gap-4 border-b border-line px-4 last:border-b-0">
          <div className="min-w-0 flex-1">
            <span className="skeleton block h-4" style={{ width }} />
            <span className="skeleton mt-2 block h-3 w-24" />
          </div>
          <span className="skeleton h-6 w-20" />
        </div>
      ))}
    </div>
  );
}

export function PageSkeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton block h-9 w-[min(24rem,80%)]" />
      <span className="skeleton mt-2 mb-6 block h-6 w-[min(30rem,100%)]" />
      <RowsSkeleton />
    </>
  );
}

/** The name of the page's subject, for the breadcrumb: a skeleton while loading, a dash when it cannot be loaded. */
export function LoadedName(props: {
  readonly query: { readonly isError: boolean };
  readonly name: string | undefined;
}): ReactNode {
  const { query, name } = props;
  return name ?? (query.isError ? '–' : <TextSkeleton />);
}

export function TextSkeleton(): ReactNode {
  return <span className="skeleton inline-block h-4 w-32 align-middle" />;
}
