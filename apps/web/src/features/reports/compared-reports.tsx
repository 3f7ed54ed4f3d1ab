import { Link } from '@tanstack/react-router';
import { Equal, Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Callout } from '../../ui/callout.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { KindTable, useAbout, ChangedValue } from './kinds/kinds.tsx';
import type { Comparison } from './kinds/report-kind.tsx';
import { Person } from '../../shared/person.tsx';
import { ContentRows } from './content-rows.tsx';

/** The differences between two reports, ordered by time. */
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
  const { came, went, changed } = differences;
  return (
    <>
      <dl className="mb-6 grid min-w-0 grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        <Side name={t('report.compare.before')} side={before} />
        <Side name={t('report.compare.after')} side={after} />
      </dl>
      {(before.isCut || after.isCut) && (
        <Callout tone="info" icon={Scissors} title={t('report.compare.cut')} />
      )}
      {came.length + went.length + changed.length === 0 ? (
        <EmptyState icon={Equal} title={t('report.compare.equal')} how={t('report.compare.equalHow')} />
      ) : (
        <>
          <Part name="came" count={came.length}>
            <KindTable kind={differences.kind} rows={came} />
          </Part>
          <Part name="went" count={went.length}>
            <KindTable kind={differences.kind} rows={went} />
          </Part>
          <Part name="changed" count={changed.length}>
            <ChangedRows differences={differences} />
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
  readonly name: 'came' | 'went' | 'changed';
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

type Row = Exclude<Comparison['differences'], { kind: 'changes' }>['changed'][number]['after'];
interface Change {
  readonly before: Row;
  readonly after: Row;
}

/** Rows that both reports have, before and after. Not for events, which never change. */
function ChangedRows({ differences }: Pick<Comparison, 'differences'>): ReactNode {
  const { t } = useTranslation();
  if (differences.kind === 'changes') return null;
  const changed: readonly Change[] = differences.changed;
  return (
    <ContentRows
      caption={t('report.compare.changed')}
      rows={changed}
      keyOf={({ after }) => `${after.key} ${'permission' in after ? after.permission : ''}`}
      columns={[
        {
          label: t('report.table.person'),
          render: ({ after }) => <Person person={after} detailed />,
          sortBy: ({ after }) => after.name ?? after.key,
        },
        {
          label: t('report.compare.before'),
          render: ({ before }) => <ChangedValue kind={differences.kind} row={before} />,
        },
        {
          label: t('report.compare.after'),
          render: ({ after }) => <ChangedValue kind={differences.kind} row={after} />,
        },
      ]}
    />
  );
}
