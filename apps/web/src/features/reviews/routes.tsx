import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import type { CountedProps, PageNameProps } from '../../layout/page-data.ts';
import {
  applicationMessages,
  exportMessages,
  reasonMessages,
  sharingMessages,
} from '../../shared/messages.ts';
import { LoadedName } from '../../ui/skeletons.tsx';
import { defaultDays, ReviewFilter, UnusedFilter } from './filters.ts';

const reviewsMessages: FeatureMessages = {
  key: 'reviews',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const unusedMessages: FeatureMessages = {
  key: 'unused',
  en: () => import('./unused.messages.en.ts'),
  ko: () => import('./unused.messages.ko.ts'),
};

const reviews = createRoute({
  ...consolePageOptions,
  path: '/reviews',
  staticData: {
    page: {
      name: { en: 'Access reviews', ko: '권한 검토' },
      gate: trpc.reviews.list,
      sidebar: { icon: 'reviews', Counted: CountedReviews },
    },
  },
  loader: ({ context: { prefetch, i18n } }) => {
    prefetch(({ reviews: { list } }) => list.prefetch());
    return addMessages(i18n, reviewsMessages, unusedMessages);
  },
  component: lazyRouteComponent(() => import('./reviews-page.tsx'), 'ReviewsPage'),
});

const review = createRoute({
  ...consolePageOptions,
  path: '/reviews/$reviewId',
  staticData: { page: { Name: ReviewName } },
  validateSearch: ReviewFilter,
  loader: ({ context: { api, i18n }, params }) => {
    void api.utils.reviews.get.prefetch({ id: params.reviewId });
    return addMessages(i18n, reviewsMessages, reasonMessages, exportMessages, sharingMessages);
  },
  component: lazyRouteComponent(() => import('./review-page.tsx'), 'ReviewPage'),
});

const unused = createRoute({
  ...consolePageOptions,
  path: '/reviews/unused',
  staticData: { page: { name: { en: 'Unused access', ko: '미사용 권한' }, gate: trpc.reviews.unused } },
  validateSearch: UnusedFilter,
  loaderDeps: ({ search: { days = defaultDays } }) => ({ days }),
  loader: ({ context: { prefetch, i18n }, deps }) => {
    prefetch(({ reviews: { roleUse } }) => roleUse.prefetch(deps));
    return addMessages(i18n, reviewsMessages, unusedMessages, applicationMessages);
  },
  component: lazyRouteComponent(() => import('./unused-page.tsx'), 'UnusedPage'),
});

export const reviewsRoutes = [reviews, unused, review] as const;

/** Hidden from reviewers without a review. */
function CountedReviews({ allowed, children }: CountedProps): ReactNode {
  const { data } = trpc.reviews.list.useQuery(undefined, { enabled: allowed });
  const isShown = allowed && data !== undefined && (data.canManage || data.items.length > 0);
  const open = data?.items.filter(({ status }) => status === 'open') ?? [];
  useChanges('reviews', allowed && open.length > 0);
  return isShown && children(open.reduce((sum, { mine }) => sum + mine, 0));
}

function ReviewName({ params: { reviewId = '' } }: PageNameProps): ReactNode {
  const review = trpc.reviews.get.useQuery({ id: reviewId }, { enabled: false });
  return <LoadedName query={review} name={review.data?.name} />;
}
