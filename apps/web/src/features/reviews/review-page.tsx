import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CircleAlert, CircleSlash, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Problem } from '../../shared/problem.tsx';
import { Callout } from '../../ui/callout.tsx';
import { focusMain } from '../../ui/focus-main.ts';
import { notify } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { PageSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { ReviewEvidence } from './review-evidence.tsx';
import { CompletenessText, ReviewerList, ReviewPurpose } from './review-facts.tsx';
import { ReviewWork } from './review-work.tsx';
import type { Review } from './review.ts';

const route = getRouteApi('/console/reviews/$reviewId');

export function ReviewPage(): ReactNode {
  const { t } = useTranslation();
  const { reviewId } = route.useParams();
  useChanges('reviews');
  const query = trpc.reviews.get.useQuery({ id: reviewId });
  const problem = useProblem(query);
  if (problem !== null)
    return (
      <Problem
        problem={problem}
        title={t('reviews.failed.one')}
        missing={{ title: t('reviews.missing'), why: t('notFound.gone') }}
      />
    );
  const review = query.data;
  if (review === undefined) return <PageSkeleton />;
  switch (review.status) {
    case 'open':
    case 'applying':
      return <ReviewWork key={review.id} review={review} />;
    case 'closed':
      return <ReviewEvidence key={review.id} review={review} />;
    default:
      return <ReviewDraft key={review.id} review={review} />;
  }
}

/** A review that is being prepared, is a draft, or was canceled. */
export function ReviewDraft({ review }: { readonly review: Review }): ReactNode {
  const { id, name, status, canManage, rows, progress, failure, prepared } = review;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const navigate = useNavigate();
  const notifyFailure = useFailureNotice();
  const settled = {
    // The button disappears.
    onSuccess: () => focusMain(),
    onError: (error: unknown) => notifyFailure(t('reviews.failed.status'), error),
    onSettled: () => utils.reviews.invalidate(),
  };
  const start = trpc.reviews.start.useMutation(settled);
  const discard = trpc.reviews.cancel.useMutation({
    ...settled,
    // The page of a review that was never started is gone.
    onSuccess: async () => {
      notify({ tone: 'done', text: t('reviews.discarded', { name }) });
      await navigate({ to: '/reviews' });
    },
  });
  const isPending = start.isPending || discard.isPending;
  const nobody = progress.find(({ reviewer }) => reviewer === null)?.rows ?? 0;
  const actions = canManage && status !== 'cancelled' && (
    <>
      <ChangeButton variant="quiet" disabled={isPending} onClick={() => discard.mutate({ id })}>
        {t('reviews.discard')}
      </ChangeButton>
      {status === 'draft' && rows > 0 && (
        <ChangeButton variant="primary" disabled={isPending} onClick={() => start.mutate({ id })}>
          {t('reviews.startNow')}
        </ChangeButton>
      )}
    </>
  );
  return (
    <div className="max-w-4xl">
      <PageHeader title={name} purpose={<ReviewPurpose review={review} />} actions={actions} />
      {status === 'cancelled' && (
        <EmptyState icon={CircleSlash} title={t('reviews.cancelled')} how={t('reviews.cancelledHow')} />
      )}
      {failure !== null && status === 'preparing' && (
        <Callout tone="denied" icon={TriangleAlert} title={t('reviews.preparingFailed')}>
          <p>
            {t('reviews.preparingFailedHow')} <code className="font-mono text-xs">{failure}</code>
          </p>
        </Callout>
      )}
      {status === 'preparing' && (
        <div className="rounded-card border border-line bg-surface p-4">
          <output className="font-medium">{t('reviews.preparing', { count: prepared })}</output>
          <progress aria-label={t('reviews.preparing', { count: prepared })} className="progress mt-2" />
          <p className="mt-2 text-sm text-muted">{t('reviews.preparingHow')}</p>
        </div>
      )}
      {status === 'draft' && (
        <div className="flex flex-col gap-6">
          <p>
            <CompletenessText review={review} />
          </p>
          {rows === 0 ? (
            <EmptyState icon={CircleSlash} title={t('reviews.noRows')} how={t('reviews.noRowsHow')} />
          ) : (
            <>
              {nobody > 0 && (
                <Callout
                  tone="unknown"
                  icon={CircleAlert}
                  title={t('reviews.nobodyTitle', { count: nobody })}
                >
                  <p>{t('reviews.nobodyHow')}</p>
                </Callout>
              )}
              <ReviewerList review={review} />
            </>
          )}
        </div>
      )}
    </div>
  );
}
