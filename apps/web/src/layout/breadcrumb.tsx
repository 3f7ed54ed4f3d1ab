import { Link, useMatches, useRouter } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import type { PageData, PageNameProps } from './page-data.ts';

function PageLabel({ page, params }: PageNameProps & { readonly page: PageData }): ReactNode {
  const { i18n } = useTranslation();
  return 'name' in page ? page.name[i18n.language] : <page.Name params={params} />;
}

/** The current page, after links to its ancestors: the pages whose path is a prefix of its own. */
export function Breadcrumb(): ReactNode {
  const { t } = useTranslation();
  const { routesById } = useRouter();
  const match = useMatches().at(-1);
  const page = match?.staticData.page ?? null;
  if (match === undefined || page === null) return <Trail label={t('layout.breadcrumb')} />;
  const ancestors = Object.values(routesById)
    .filter(({ fullPath }) => match.fullPath.startsWith(`${fullPath}/`))
    .toSorted((a, b) => a.fullPath.length - b.fullPath.length);
  return (
    <Trail label={t('layout.breadcrumb')}>
      {ancestors.map(
        ({ id, fullPath, options }) =>
          options.staticData.page !== null && (
            // The current page shrinks first, to an ellipsis.
            <li key={id} className="flex min-w-12 items-center gap-1.5">
              <Link
                to={fullPath}
                params={match.params}
                // By default ancestors are active too, because their paths are prefixes of the URL.
                activeOptions={{ exact: true }}
                className="truncate rounded-control hover:text-ink hover:underline pointer-coarse:py-2"
              >
                <PageLabel page={options.staticData.page} params={match.params} />
              </Link>
              <ChevronRight aria-hidden="true" className="size-3.5 shrink-0" />
            </li>
          ),
      )}
      <li
        key={match.routeId}
        aria-current="page"
        className="min-w-12 shrink-9999 truncate font-medium text-ink"
      >
        <PageLabel page={page} params={match.params} />
      </li>
    </Trail>
  );
}

function Trail({ label, children }: { readonly label: string; readonly children?: ReactNode }): ReactNode {
  return (
    <nav aria-label={label} className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-1.5 text-muted">{children}</ol>
    </nav>
  );
}
