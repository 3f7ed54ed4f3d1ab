import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { reasonMessages } from '../../components/reason/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import { CountedRequests } from './counted-requests.tsx';
import { listInput, RequestsFilter } from './filters.ts';
import { RequestName } from './request-name.tsx';

const requestsMessages: FeatureMessages = {
  key: 'requests',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const requests = createRoute({
  ...consolePage,
  path: '/requests',
  staticData: {
    page: {
      name: { en: 'Access requests', ko: '권한 요청' },
      sidebar: { icon: 'requests', gate: trpc.requests.list, Counted: CountedRequests },
    },
  },
  validateSearch: RequestsFilter,
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { api, i18n }, deps }) => {
    void api.utils.requests.list.prefetchInfinite(listInput(deps));
    return addMessages(i18n, requestsMessages);
  },
  component: lazyRouteComponent(() => import('./requests-page.tsx'), 'RequestsPage'),
});

const request = createRoute({
  ...consolePage,
  path: '/requests/$requestId',
  staticData: { page: { Name: RequestName } },
  loader: ({ context: { api, i18n }, params }) => {
    void api.utils.requests.get.prefetch({ id: params.requestId });
    return Promise.all([addMessages(i18n, requestsMessages), addMessages(i18n, reasonMessages)]);
  },
  component: lazyRouteComponent(() => import('./request-page.tsx'), 'RequestPage'),
});

export const requestsRoutes = [requests, request] as const;
