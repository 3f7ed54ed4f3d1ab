import { getRouteApi } from '@tanstack/react-router';
import { lazy, useId, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { Select } from '../../ui/select.tsx';
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
      {after !== undefined && before === undefined && <Choice after={after} />}
      {after !== undefined && before !== undefined && <ComparedReports before={before} after={after} />}
    </>
  );
}

/** The maximum number of reports to offer for comparison, newest first. */
const mostOffered = 100;

function Choice({ after }: { readonly after: string }): ReactNode {
  const { t, i18n } = useTranslation();
  const navigate = route.useNavigate();
  const id = useId();
  const report = trpc.reports.get.useQuery({ id: after });
  const kind = report.data?.kind;
  const others = trpc.reports.list.useQuery({ kind, limit: mostOffered }, { enabled: kind !== undefined });
  const failure = useProblem(report.isError ? report : others);
  if (failure !== null) return <Problem problem={failure} title={t('report.compare.failed')} />;
  if (report.data === undefined || others.data === undefined) return <RowsSkeleton />;
  const offered = others.data.items.filter((one) => one.id !== after);
  if (offered.length === 0) return <p className="text-muted">{t('report.compare.alone')}</p>;
  const day = dateFormat(i18n.language, { dateStyle: 'medium' });
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {t('report.compare.with', { title: report.data.title })}
      </label>
      <Select
        id={id}
        value=""
        onChange={({ target }) => void navigate({ search: { before: target.value, after } })}
      >
        <option value="" disabled>
          {t('report.compare.choose')}
        </option>
        {offered.map(({ id: key, title, createdAt }) => (
          <option key={key} value={key}>
            {`${title} · ${day.format(new Date(createdAt))}`}
          </option>
        ))}
      </Select>
      {others.data.nextCursor !== null && (
        <p className="mt-1.5 text-sm text-muted">{t('report.compare.newest', { count: mostOffered })}</p>
      )}
    </div>
  );
}
