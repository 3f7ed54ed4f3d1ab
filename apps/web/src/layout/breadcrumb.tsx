import { Link, useMatches } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/trpc.ts';

/** The way back up. The last part is the page itself. */
export function Breadcrumb(): ReactNode {
  const { t } = useTranslation();
  const page = useMatches().at(-1);
  return (
    <nav aria-label={t('frame.breadcrumb')} className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-1.5 text-muted">
        {page?.routeId === '/console/reports/new' && (
          <>
            <Up to="/reports" label={t('frame.reports')} />
            <Here>{t('create.title')}</Here>
          </>
        )}
        {page?.routeId === '/console/reports/$reportId' && (
          <>
            <Up to="/reports" label={t('frame.reports')} />
            <ReportTitle id={page.params.reportId} />
          </>
        )}
        {page?.routeId === '/console/reports' && <Here>{t('frame.reports')}</Here>}
        {page?.routeId === '/console/sync/deliveries/$deliveryId' && (
          <>
            <Up to="/sync" label={t('frame.sync')} />
            <DeliveryTitle id={page.params.deliveryId} />
          </>
        )}
        {page?.routeId === '/console/sync' && <Here>{t('frame.sync')}</Here>}
        {page?.routeId === '/console/access' && <Here>{t('frame.access')}</Here>}
      </ol>
    </nav>
  );
}

function Up({ to, label }: { readonly to: '/reports' | '/sync'; readonly label: string }): ReactNode {
  return (
    <li className="flex shrink-0 items-center gap-1.5">
      <Link to={to} className="rounded-control hover:text-ink hover:underline">
        {label}
      </Link>
      <ChevronRight aria-hidden="true" className="size-3.5" />
    </li>
  );
}

function Here({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <li aria-current="page" className="truncate font-medium text-ink">
      {children}
    </li>
  );
}

/** Reads what the page loads anyway; asks for nothing itself. */
function ReportTitle({ id }: { readonly id: string }): ReactNode {
  const report = trpc.reports.get.useQuery({ id }, { enabled: false });
  return (
    <Here>{report.data?.title ?? <span className="skeleton inline-block h-4 w-32 align-middle" />}</Here>
  );
}

/** By Logto's own name for it: its words are the page's title. */
function DeliveryTitle({ id }: { readonly id: string }): ReactNode {
  const delivery = trpc.sync.delivery.useQuery({ id }, { enabled: false });
  return (
    <Here>{delivery.data?.event ?? <span className="skeleton inline-block h-4 w-32 align-middle" />}</Here>
  );
}
