import { Link } from '@tanstack/react-router';
import { CircleAlert, ClipboardCheck, Plus } from 'lucide-react';
import { lazy, useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Problem } from '../../shared/problem.tsx';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Row, rowLink, RowTable, stateCell, cell, wideCell } from '../../ui/row-table.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { DecidedProgress } from './labels.tsx';
import { ReviewsTabs } from './reviews-tabs.tsx';
import { isOverdue, scopeText, type ReviewSummary } from './review.ts';

const loadSheet = () => import('./start-sheet.tsx');
const StartSheet = lazy(loadSheet);

export function ReviewsPage(): ReactNode {
  const { t } = useTranslation();
  useChanges('reviews');
  const query = trpc.reviews.list.useQuery();
  const problem = useProblem(query);
  if (problem !== null) return <Problem problem={problem} title={t('reviews.failed.list')} />;
  const { canManage = false, items } = query.data ?? {};
  return (
    <>
      <PageHeader
        title={t('reviews.title')}
        purpose={t('reviews.purpose')}
        {...(canManage && { actions: <StartReview /> })}
      />
      <ReviewsTabs />
      {items === undefined ? (
        <RowsSkeleton />
      ) : items.length === 0 ? (
        <EmptyState
          icon={ClipboardCheck}
          title={t('reviews.empty')}
          how={t(canManage ? 'reviews.emptyHow' : 'reviews.emptyReviewer')}
        />
      ) : (
        <Reviews items={items} />
      )}
    </>
  );
}

function StartReview(): ReactNode {
  const { t } = useTranslation();
  const { popup, setOpen } = useLazyPopup();
  return (
    <>
      <ChangeButton variant="primary" icon={Plus} {...preloading(loadSheet)} onClick={() => setOpen(true)}>
        {t('reviews.start.open')}
      </ChangeButton>
      <LazyPopup popup={popup}>{(shown) => <StartSheet {...shown} />}</LazyPopup>
    </>
  );
}

const isDone = ({ status }: ReviewSummary): boolean => status === 'closed' || status === 'cancelled';

function Reviews({ items }: { readonly items: readonly ReviewSummary[] }): ReactNode {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  const open = items.filter((one) => !isDone(one)).toSorted((a, b) => a.dueAt.localeCompare(b.dueAt));
  return (
    <RowTable
      caption={t('reviews.title')}
      columns={[
        { label: t('reviews.column.name') },
        { label: t('reviews.column.progress'), className: 'w-56' },
        { label: t('reviews.column.due'), className: 'w-44' },
        { label: t('reviews.column.status'), className: 'w-40' },
      ]}
    >
      {[...open, ...items.filter(isDone)].map((review) => (
        <Row key={review.id}>
          <td className={cell}>
            <Link to="/reviews/$reviewId" params={{ reviewId: review.id }} className={rowLink}>
              {review.name}
            </Link>
            <span className="block text-sm text-muted">
              {scopeText(review.scope, t)}
              {review.recurrence !== 'none' && ` · ${t(`reviews.recurrence.${review.recurrence}`)}`}
            </span>
            <span className="mt-1 block text-sm lg:hidden">
              <Due review={review} now={now} />
            </span>
          </td>
          <td className={wideCell}>
            <DecidedProgress {...review} />
          </td>
          <td className={wideCell}>
            <Due review={review} now={now} />
          </td>
          <td className={stateCell}>
            <span className="font-medium whitespace-nowrap">{t(`reviews.status.${review.status}`)}</span>
            {review.status === 'open' && review.mine > 0 && (
              <span className="block text-sm whitespace-nowrap text-brass-ink">
                {t('reviews.mine', { count: review.mine })}
              </span>
            )}
          </td>
        </Row>
      ))}
    </RowTable>
  );
}

function Due({ review, now }: { readonly review: ReviewSummary; readonly now: number }): ReactNode {
  const { t } = useTranslation();
  const at = review.closedAt ?? review.dueAt;
  if (!isOverdue(review, now))
    return (
      <span className="text-muted">
        {t(review.closedAt === null ? 'reviews.column.due' : 'reviews.status.closed')}{' '}
        <RelativeTime at={at} />
      </span>
    );
  return (
    <span className="inline-flex items-center gap-1.5 font-medium text-unknown">
      <CircleAlert aria-hidden="true" className="size-4 shrink-0" />
      <span>
        {t('reviews.overdue')} <RelativeTime at={at} />
      </span>
    </span>
  );
}
