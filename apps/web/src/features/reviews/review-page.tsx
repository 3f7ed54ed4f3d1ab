import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Problem } from '../../shared/problem.tsx';
import { PageSkeleton } from '../../ui/skeletons.tsx';
import { ReviewDraft } from './review-draft.tsx';
import { ReviewEvidence } from './review-evidence.tsx';
import { ReviewWork } from './review-work.tsx';

const route = getRouteApi('/console/reviews/$reviewId');

/** One access review, in any status. */
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
