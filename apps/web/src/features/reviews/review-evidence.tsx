import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, useEffect, useRef, useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ExportMenu } from '../../shared/export/export-menu.tsx';
import { Person } from '../../shared/person.tsx';
import { Problem } from '../../shared/problem.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader, Section, sectionRow } from '../../ui/page.tsx';
import { cell, RowTable, wideCell } from '../../ui/row-table.tsx';
import { ResultCount } from '../../ui/result-count.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { ReviewNotes, Seal } from './evidence-sections.tsx';
import { isFiltered, rowsInput } from './filters.ts';
import { DecidedBy, DecisionText, Flags, OutcomeText, type Outcome } from './labels.tsx';
import { CompletenessText, ReviewPurpose } from './review-facts.tsx';
import { ReviewFilters } from './review-filters.tsx';
import type { Review } from './review.ts';
import { RoleInPlace } from './row-item.tsx';

const PrintLine = lazy(() => import('../../layout/print-line.tsx'));

const pageSize = 200;

const route = getRouteApi('/console/reviews/$reviewId');

const exceptions = ['not-reviewed', 'changed', 'given-up'] as const satisfies readonly Outcome[];
const results = ['kept', 'removed', 'replaced', 'gone'] as const satisfies readonly Outcome[];

export function ReviewEvidence({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  const { id, name, counts } = review;
  const lineOf = (outcome: (typeof exceptions | typeof results)[number]): ReactNode => (
    <li key={outcome} className={sectionRow}>
      <span className="flex-1">{t(`reviews.outcomeHow.${outcome}`)}</span>
      <span className="tabular-nums">{t('reviews.roles', { count: counts.outcomes[outcome] ?? 0 })}</span>
    </li>
  );
  const excepted = exceptions.filter((outcome) => (counts.outcomes[outcome] ?? 0) > 0);
  return (
    <article>
      <LazyPart>
        <PrintLine />
      </LazyPart>
      <PageHeader
        title={name}
        purpose={<ReviewPurpose review={review} />}
        actions={
          review.canManage && <ExportMenu source={`reviews/${id}/evidence`} formats={['json', 'csv']} />
        }
      />
      <div className="flex flex-col gap-6">
        <div className="grid gap-6 lg:grid-cols-2 print:block print:space-y-6">
          <Section title={t('reviews.evidence.population')}>
            <p className="px-4 py-3">
              <CompletenessText review={review} />
            </p>
          </Section>
          <Section title={t('reviews.evidence.signOff')}>
            <SignOff review={review} />
          </Section>
          <Section title={t('reviews.evidence.results')}>
            <ul className="divide-y divide-line">{results.map(lineOf)}</ul>
          </Section>
          <Section title={t('reviews.evidence.exceptions')}>
            {excepted.length === 0 ? (
              <p className="px-4 py-3 text-muted">{t('reviews.evidence.noExceptions')}</p>
            ) : (
              <ul className="divide-y divide-line">{excepted.map(lineOf)}</ul>
            )}
          </Section>
        </div>
        {review.seal !== null && <Seal seal={review.seal} />}
        <section>
          <h2 className="mb-2 text-md font-semibold">{t('reviews.evidence.decisions')}</h2>
          <Decisions review={review} />
        </section>
        <ReviewNotes review={review} />
      </div>
    </article>
  );
}

function SignOff({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  const { createdBy, startedAt, finishedBy, finishedAt, closedAt } = review;
  return (
    <dl className="divide-y divide-line">
      {(
        [
          ['started', startedAt, createdBy],
          ['finished', finishedAt, finishedBy],
          ['closed', closedAt, null],
        ] as const
      ).map(
        ([step, at, by]) =>
          at !== null && (
            <div key={step} className={sectionRow}>
              <dt className="w-20 text-muted">{t(`reviews.evidence.${step}`)}</dt>
              <dd className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
                {by !== null && <Person person={by} />}
                <ExactTime at={at} />
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** The rows, in pages. A button loads all of them, because only rendered rows are printed. */
function Decisions({ review }: { readonly review: Review }): ReactNode {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const utils = trpc.useUtils();
  const input = rowsInput(filter, review);
  const query = useInfiniteQuery({
    queryKey: [['reviews', 'rows'], 'pages', input],
    initialPageParam: -1,
    queryFn: ({ pageParam: after }) => utils.client.reviews.rows.query({ ...input, after, limit: pageSize }),
    getNextPageParam: ({ items }) => {
      const last = items.length < pageSize ? undefined : items.at(-1);
      return input.by === 'user' ? last?.position : last?.positionByRole;
    },
  });
  const { hasNextPage, fetchNextPage } = query;
  const [isLoadingAll, setLoadingAll] = useState(false);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const loadAll = async (): Promise<void> => {
    setLoadingAll(true);
    for (let hasMore = true; hasMore && isShown.current;) {
      const result = await fetchNextPage(); // oxlint-disable-line no-await-in-loop -- one page after another
      hasMore = result.hasNextPage && !result.isError;
    }
    setLoadingAll(false);
  };
  const problem = useProblem(query);
  if (problem !== null) return <Problem problem={problem} title={t('reviews.failed.rows')} />;
  const rows = query.data?.pages.flatMap(({ items }) => items);
  const total = query.data?.pages[0]?.total;
  return (
    <>
      <ReviewFilters review={review} filter={filter} />
      <ResultCount count={isFiltered(filter) ? total : undefined} />
      {rows === undefined ? (
        <RowsSkeleton />
      ) : (
        <RowTable
          caption={t('reviews.evidence.decisions')}
          columns={[
            { label: t('reviews.column.holder') },
            { label: t('reviews.column.role') },
            { label: t('reviews.column.decision'), className: 'lg:w-72 print:w-auto' },
            { label: t('reviews.column.outcome'), className: 'lg:w-44 print:w-auto' },
          ]}
        >
          {rows.map((row) => (
            <tr
              key={row.position}
              className="border-b border-line align-top last:border-b-0 print:break-inside-avoid"
            >
              <td
                className={`${cell} w-1/2 max-w-0 align-top lg:w-1/3 not-print:[&_.truncate]:wrap-anywhere not-print:[&_.truncate]:whitespace-normal print:w-1/3`}
              >
                <Person person={{ key: row.subject, ...row.facts }} detailed />
                <span className="mt-1 flex flex-wrap items-center gap-1.5 lg:hidden print:hidden">
                  <RoleInPlace row={row} />
                  <Flags flags={row.flags} />
                </span>
              </td>
              <td className={`${wideCell} align-top`}>
                <span className="flex flex-wrap items-center gap-1.5">
                  <RoleInPlace row={row} />
                  <Flags flags={row.flags} />
                </span>
              </td>
              <td className={`${cell} px-1 align-top lg:px-4`}>
                <DecisionText row={row} />
                <span className="block">
                  <DecidedBy row={row} />
                </span>
                <span className="mt-1 block lg:hidden print:hidden">
                  <OutcomeText row={row} />
                </span>
              </td>
              <td className={`${wideCell} align-top`}>
                <OutcomeText row={row} />
              </td>
            </tr>
          ))}
        </RowTable>
      )}
      <ShowMore query={query} />
      {hasNextPage && (
        <p className="mt-3 flex flex-wrap items-center justify-center gap-2 text-sm text-muted">
          {t('reviews.evidence.shown', { shown: rows?.length ?? 0, total: total ?? 0 })}
          <Button
            variant="quiet"
            className="print:hidden"
            disabled={isLoadingAll}
            onClick={() => void loadAll()}
          >
            {t('reviews.evidence.loadAll')}
          </Button>
        </p>
      )}
    </>
  );
}
