import { usePersonName } from '../../shared/person.tsx';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { openRequests, trpc } from '../../api/trpc.ts';
import { reasonMessages } from '../../shared/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import { listInput, RequestsFilter } from './filters.ts';
import type { ReactNode } from 'react';
import { useChanges } from '../../api/use-changes.ts';
import type { CountedProps, PageNameProps } from '../../layout/page-data.ts';
import { LoadedName } from '../../ui/skeletons.tsx';

const requestsMessages: FeatureMessages = {
  key: 'requests',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const requests = createRoute({
  ...consolePageOptions,
  path: '/requests',
  staticData: {
    page: {
      name: { en: 'Access requests', ko: '권한 요청' },
      gate: trpc.requests.list,
      sidebar: { icon: 'requests', Counted: CountedRequests },
    },
  },
  validateSearch: RequestsFilter,
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { prefetch, i18n }, deps }) => {
    prefetch(({ requests: { list } }) => list.prefetchInfinite(listInput(deps)));
    return addMessages(i18n, requestsMessages);
  },
  component: lazyRouteComponent(() => import('./requests-page.tsx'), 'RequestsPage'),
});

const request = createRoute({
  ...consolePageOptions,
  path: '/requests/$requestId',
  staticData: { page: { Name: RequestName } },
  loader: ({ context: { api, i18n }, params }) => {
    void api.utils.requests.get.prefetch({ id: params.requestId });
    return addMessages(i18n, requestsMessages, reasonMessages);
  },
  component: lazyRouteComponent(() => import('./request-page.tsx'), 'RequestPage'),
});

export const requestsRoutes = [requests, request] as const;

/** Users who can view only requests for what they own see the navigation entry while such a request is open. */
function CountedRequests({ allowed, children }: CountedProps): ReactNode {
  const { data: me } = trpc.session.me.useQuery();
  const viewsAll = me?.permissions.includes('requests:view') === true;
  useChanges('requests', allowed && viewsAll);
  const { data } = trpc.requests.list.useQuery(openRequests, { enabled: allowed && me !== undefined });
  const count = data?.items.filter(({ canDecide }) => canDecide).length ?? 0;
  return allowed && (count > 0 || viewsAll) && children(count);
}

function RequestName({ params: { requestId = '' } }: PageNameProps): ReactNode {
  const personName = usePersonName();
  const request = trpc.requests.get.useQuery({ id: requestId }, { enabled: false });
  const { requester } = request.data ?? {};
  return <LoadedName query={request} name={requester && personName(requester)} />;
}
