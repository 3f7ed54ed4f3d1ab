import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { GitCompareArrows } from 'lucide-react';
import { lazy, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { BackLink } from '../../shared/not-found.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { offered, SearchCombobox } from '../../ui/search-combobox.tsx';
import { ComparedReports } from './compared-reports.tsx';

const PrintLine = lazy(() => import('../../layout/print-line.tsx'));

const route = getRouteApi('/console/reports/compare');

/** Compares two reports of a kind, given in the URL: added, removed and changed rows. */
export function ComparePage(): ReactNode {
  const { t } = useTranslation();
  const { before, after } = route.useSearch();
  return (
    <>
      <LazyPart>
        <PrintLine />
      </LazyPart>
      <PageHeader title={t('report.compare.title')} purpose={t('report.compare.purpose')} />
      {after === undefined && (
        <EmptyState
          icon={GitCompareArrows}
          title={t('report.compare.unchosen')}
          how={t('report.compare.unchosenHow')}
          action={<BackLink to="reports" />}
        />
      )}
      {after !== undefined && before === undefined && <Choice after={after} />}
      {after !== undefined && before !== undefined && <ComparedReports before={before} after={after} />}
    </>
  );
}

/** Selects the other report, of the same kind. The server searches. */
function Choice({ after }: { readonly after: string }): ReactNode {
  const { t, i18n } = useTranslation();
  const navigate = route.useNavigate();
  const [search, setSearch] = useState('');
  const report = trpc.reports.get.useQuery({ id: after });
  const kind = report.data?.kind;
  const others = trpc.reports.list.useQuery(
    // One more than is shown, because the report itself is not.
    { kind, limit: offered + 1, ...(search !== '' && { search }) },
    { enabled: kind !== undefined, placeholderData: keepPreviousData },
  );
  const failure = useProblem(report.isError ? report : others);
  if (failure !== null) return <Problem problem={failure} title={t('report.compare.failed')} />;
  if (report.data === undefined || others.data === undefined) return <RowsSkeleton />;
  const day = dateFormat(i18n.language, { dateStyle: 'medium' });
  const found = others.data.items
    .filter((one) => one.id !== after)
    .slice(0, offered)
    .map(({ id, title, createdAt }) => ({ key: id, name: title, day: day.format(new Date(createdAt)) }));
  if (found.length === 0 && search === '') return <p className="text-muted">{t('report.compare.alone')}</p>;
  const label = t('report.compare.with', { title: report.data.title });
  return (
    <div>
      <p className="mb-1.5 font-medium wrap-anywhere">{label}</p>
      <SearchCombobox
        value={null}
        onChange={({ key }) => void navigate({ search: { before: key, after } })}
        found={found}
        onOpenChange={(open) => !open && setSearch('')}
        onSearch={setSearch}
        labels={{ trigger: label, list: label, search: t('report.compare.search') }}
        trigger={<span className="text-muted">{t('report.compare.choose')}</span>}
        triggerClass="pl-3"
        popupClass="w-96"
        nothing={found.length === 0 ? t('report.compare.nothing') : null}
      >
        {({ name, day: createdOn }) => (
          <>
            <span className="truncate">{name}</span>
            <span className="ml-auto shrink-0 text-sm text-muted">{createdOn}</span>
          </>
        )}
      </SearchCombobox>
    </div>
  );
}
