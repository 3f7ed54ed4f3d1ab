import { getRouteApi } from '@tanstack/react-router';
import { FileText, Scissors } from 'lucide-react';
import { lazy, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { roles as known } from '../../policy.ts';
import { BackLink } from '../../shared/not-found.tsx';
import { Problem } from '../../shared/problem.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { useRename } from '../../shared/title-form.tsx';
import { Callout } from '../../ui/callout.tsx';
import { FilterChip, FilterChips } from '../../ui/chips.tsx';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { ResultCount } from '../../ui/result-count.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { KindTable, useAbout } from './kinds/kinds.tsx';
import type { ReportContent } from './kinds/report-kind.tsx';
import { Owners } from './owners.tsx';
import { ReportActions } from './report-actions.tsx';
import type { ReportMenuProps } from './report-menu.tsx';
import { ClassificationBadge, StatusBadge } from './report-rows.tsx';
import { RenameForm } from './title-forms.tsx';

function ReportSkeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton block h-9 w-[min(24rem,80%)]" />
      <span className="skeleton mt-2 mb-4 block h-6 w-[min(30rem,100%)]" />
      <span className="skeleton mb-6 block h-9 w-72" />
      <span className="skeleton mb-4 block h-8 w-64" />
      <RowsSkeleton />
    </>
  );
}

const PrintLine = lazy(() => import('../../layout/print-line.tsx'));

const route = getRouteApi('/console/reports/$reportId');

export function ReportPage(): ReactNode {
  const { t } = useTranslation();
  const { reportId } = route.useParams();
  const { role } = route.useSearch();
  const query = trpc.reports.get.useQuery({ id: reportId });
  const problem = useProblem(query);
  const report = query.data;
  const rename = useRename();
  const about = useAbout();
  const sharing = useGate(trpc.reports.access, { id: reportId });
  const gates = useMenuGates(reportId);

  // Until the gates of the actions are known, a skeleton avoids a layout shift.
  const isUnknown = [sharing, ...Object.values(gates)].some(({ state }) => state === 'unknown');
  if (report !== undefined && isUnknown) return <ReportSkeleton />;
  if (report === undefined) {
    if (problem === null) return <ReportSkeleton />;
    return (
      <Problem
        problem={problem}
        title={t('report.page.failed')}
        missing={{
          title: t('report.page.missing'),
          why: t('notFound.gone'),
          back: <BackLink to="reports" />,
        }}
      />
    );
  }
  const content = heldBy(role, report.content);
  return (
    <article>
      <LazyPart>
        <PrintLine />
      </LazyPart>
      <PageHeader
        title={report.title}
        purpose={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5 pt-1">
            <StatusBadge status={report.status} />
            <ClassificationBadge classification={report.classification} />
            <Owners
              owners={report.owners}
              on={{ resource: 'reports', id: report.id, isDraft: report.status === 'draft' }}
              label={t('reports.column.owner')}
            />
            <span>
              {t(`reportKinds.${report.kind}.name`)}, {about(report.content.request)},{' '}
              {t('report.page.taken')} <ExactTime at={report.content.generatedAt} />
            </span>
          </span>
        }
        actionsBelow
        actions={
          <ReportActions
            report={report}
            gates={gates}
            hasRows={report.content.rows.length > 0}
            rename={rename}
          />
        }
      />
      {rename.isOpen && <RenameForm resource="reports" item={report} onClose={rename.close} />}
      {report.content.kind === 'access-review' && report.content.rows.length > 0 && (
        <RoleFilter role={role} rows={report.content.rows} />
      )}
      <ResultCount count={role === undefined ? undefined : content.rows.length} />
      <ReportTable content={content} />
    </article>
  );
}

function useMenuGates(id: string): ReportMenuProps['gates'] {
  return {
    rename: useGate(trpc.reports.rename, { id }),
    classify: useGate(trpc.reports.classify, { id }),
    publish: useGate(trpc.reports.publish, { id }),
    remove: useGate(trpc.reports.remove, { id }),
  };
}

function heldBy(role: string | undefined, content: ReportContent): ReportContent {
  if (role === undefined || content.kind !== 'access-review') return content;
  const rows = content.rows.filter(({ roles }) => roles.includes(role));
  return { ...content, rows, total: rows.length };
}

function ReportTable({ content }: { readonly content: ReportContent }): ReactNode {
  const { t } = useTranslation();
  const { kind, total, rows } = content;
  if (rows.length === 0)
    return <EmptyState icon={FileText} title={t('report.nothing')} how={t(`reportKinds.${kind}.nothing`)} />;
  return (
    <>
      {total > rows.length && (
        <Callout tone="info" icon={Scissors} title={t('report.cut.title', { shown: rows.length, total })}>
          {t('report.cut.how')}
        </Callout>
      )}
      <KindTable kind={kind} rows={rows} />
    </>
  );
}

function RoleFilter({
  role,
  rows,
}: {
  readonly role: string | undefined;
  readonly rows: readonly { readonly roles: readonly string[] }[];
}): ReactNode {
  const { t } = useTranslation();
  const choices = [
    { role: undefined, label: t('report.page.everyone'), count: rows.length },
    ...countRoles(rows).map((one) => ({ ...one, label: roleName(one.role, 'organization', t) })),
  ];
  return (
    <FilterChips label={t('report.page.filter')}>
      {choices.map((choice) => (
        <FilterChip
          key={choice.role ?? ''}
          from="/reports/$reportId"
          search={{ role: choice.role }}
          label={choice.label}
          count={choice.count}
          isChosen={choice.role === role}
        />
      ))}
    </FilterChips>
  );
}

interface RoleCount {
  readonly role: string;
  readonly count: number;
}

/** Roles that are not in the policy come last. */
function rank(role: string): number {
  const index = known.findIndex((candidate) => candidate === role);
  return index === -1 ? known.length : index;
}

export function countRoles(members: readonly { readonly roles: readonly string[] }[]): RoleCount[] {
  const counts = new Map<string, number>();
  for (const { roles } of members) {
    for (const role of new Set(roles)) counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return [...counts]
    .map(([role, count]) => ({ role, count }))
    .toSorted((a, b) => rank(a.role) - rank(b.role) || a.role.localeCompare(b.role));
}
