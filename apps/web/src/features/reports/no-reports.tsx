import { Link } from '@tanstack/react-router';
import { FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useGate } from '../../permissions.ts';
import { isFiltered, type ReportsFilter } from './filters.ts';

/** Replaces an empty list: there are no reports yet, or none match the filter, with a link to all of them. */
export function NoReports({ filter }: { readonly filter: ReportsFilter }): ReactNode {
  const { t } = useTranslation();
  const mayCreate = useGate(trpc.reports.create).state === 'allowed';
  const { status, role, classification, search, collection, sort } = filter;
  if (!isFiltered(filter)) {
    return (
      <EmptyState
        icon={FileText}
        title={t('reports.empty')}
        how={mayCreate ? t('reports.emptyHow') : t('reports.emptyReader')}
      />
    );
  }
  const isOneFilter =
    [status, role, classification, search, collection].filter((one) => one !== undefined).length === 1;
  const [title, how] =
    !isOneFilter || search !== undefined || collection !== undefined || classification !== undefined
      ? [t('reports.noMatch'), t('reports.noMatchHow')]
      : role !== undefined
        ? [t(`reports.without.${role}`), t('reports.withoutHow')]
        : status === 'draft'
          ? [t('reports.noDrafts'), t('reports.noDraftsHow')]
          : [t('reports.noPublished'), t('reports.noPublishedHow')];
  return (
    <EmptyState
      icon={FileText}
      title={title}
      how={how}
      action={
        <Link to="/reports" search={{ sort }} className={buttonClass('secondary')}>
          {t('reports.showAll')}
        </Link>
      }
    />
  );
}
