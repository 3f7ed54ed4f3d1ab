import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Equal, GitCompareArrows, Scissors } from 'lucide-react';
import { lazy, useState, type ReactNode } from 'react';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { BackLink } from '../../shared/not-found.tsx';
import { Problem } from '../../shared/problem.tsx';
import { Callout } from '../../ui/callout.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { offered, SearchCombobox } from '../../ui/search-combobox.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { ChangedRows, KindTable, useAbout } from './kinds/kinds.tsx';
import type { Comparison } from './kinds/report-kind.tsx';

const PrintLine = lazy(() => import('../../layout/print-line.tsx'));

const route = getRouteApi('/console/reports/compare');

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

function Choice({ after }: { readonly after: string }): ReactNode {
  const { t, i18n } = useTranslation();
  const navigate = route.useNavigate();
  const [search, setSearch] = useState('');
  const report = trpc.reports.get.useQuery({ id: after });
  const kind = report.data?.kind;
  const others = trpc.reports.list.useQuery(
    // Requests one more than are offered, because the report itself is left out.
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

export function ComparedReports(ids: { readonly before: string; readonly after: string }): ReactNode {
  const { t } = useTranslation();
  const query = trpc.reports.compare.useQuery(ids, {
    retry: (count, error) => errorCodeOf(error) !== 'REPORT_KINDS_DIFFER' && count < 2,
  });
  const problem = useProblem(query);
  if (problem !== null) {
    return errorCodeOf(problem.error) === 'REPORT_KINDS_DIFFER' ? (
      <EmptyState icon={Equal} title={t('report.compare.differ')} how={t('report.compare.differHow')} />
    ) : (
      <Problem problem={problem} title={t('report.compare.failed')} />
    );
  }
  if (query.data === undefined) return <RowsSkeleton />;
  const { before, after, differences } = query.data;
  const { added, removed, changed } = differences;
  return (
    <>
      <dl className="mb-6 grid min-w-0 grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        <Side name={t('report.compare.before')} side={before} />
        <Side name={t('report.compare.after')} side={after} />
      </dl>
      {(before.isCut || after.isCut) && (
        <Callout tone="info" icon={Scissors} title={t('report.compare.cut')} />
      )}
      {added.length + removed.length + changed.length === 0 ? (
        <EmptyState icon={Equal} title={t('report.compare.equal')} how={t('report.compare.equalHow')} />
      ) : (
        <>
          <Part name="added" count={added.length}>
            <KindTable kind={differences.kind} rows={added} />
          </Part>
          <Part name="removed" count={removed.length}>
            <KindTable kind={differences.kind} rows={removed} />
          </Part>
          <Part name="changed" count={changed.length}>
            <ChangedRows kind={differences.kind} changed={changed} />
          </Part>
        </>
      )}
    </>
  );
}

function Side({ name, side }: { readonly name: string; readonly side: Comparison['before'] }): ReactNode {
  const about = useAbout();
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">
        <Link
          to="/reports/$reportId"
          params={{ reportId: side.id }}
          className="font-medium wrap-anywhere underline underline-offset-4"
        >
          {side.title}
        </Link>{' '}
        <span className="text-muted">
          {about(side.request)}, <ExactTime at={side.generatedAt} />
        </span>
      </dd>
    </>
  );
}

function Part(props: {
  readonly name: 'added' | 'removed' | 'changed';
  readonly count: number;
  readonly children: ReactNode;
}): ReactNode {
  const { name, count, children } = props;
  const { t, i18n } = useTranslation();
  return (
    <section className="mb-8">
      <h2 className="mb-2 text-md font-semibold">
        {t(`report.compare.${name}`)}{' '}
        <span className="font-normal text-muted tabular-nums">{i18n.number(count)}</span>
      </h2>
      {count === 0 ? <p className="text-muted">{t(`report.compare.none.${name}`)}</p> : children}
    </section>
  );
}
