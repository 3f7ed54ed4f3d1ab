import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import { SyncFilter } from './filters.ts';
import type { ReactNode } from 'react';
import { LoadedName } from '../../ui/skeletons.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';
import { useEventName } from './webhook-event-names.ts';

const sync = createRoute({
  ...consolePageOptions,
  path: '/sync',
  staticData: {
    page: {
      name: { en: 'Directory sync', ko: '디렉터리 동기화' },
      gate: trpc.sync.status,
      sidebar: { icon: 'sync', defaultOrganizationOnly: true },
    },
  },
  validateSearch: SyncFilter,
  loaderDeps: ({ search: { status, event, subject } }) => ({ status, event, subject }),
  loader: ({ context: { prefetch, i18n }, deps }) => {
    prefetch(({ sync: { status, drift, deliveries } }) => [
      status.prefetch(),
      drift.prefetch(),
      deliveries.prefetchInfinite(deps),
    ]);
    return addMessages(i18n, syncMessages);
  },
  component: lazyRouteComponent(() => import('./sync-page.tsx'), 'SyncPage'),
});

const delivery = createRoute({
  ...consolePageOptions,
  path: '/sync/deliveries/$deliveryId',
  staticData: { page: { Name: DeliveryName, gate: trpc.sync.delivery } },
  loader: ({ context: { prefetch, i18n }, params }) => {
    prefetch(({ sync: { delivery } }) => delivery.prefetch({ id: params.deliveryId }));
    return addMessages(i18n, syncMessages);
  },
  component: lazyRouteComponent(() => import('./delivery-page.tsx'), 'DeliveryPage'),
});

export const syncRoutes = [sync, delivery] as const;

const syncMessages: FeatureMessages = {
  key: 'sync',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

/** The event, for the breadcrumb. Reads the page's cached data and sends no request. */
function DeliveryName({ params: { deliveryId = '' } }: PageNameProps): ReactNode {
  const delivery = trpc.sync.delivery.useQuery({ id: deliveryId }, { enabled: false });
  const nameOf = useEventName();
  return <LoadedName query={delivery} name={delivery.data && nameOf(delivery.data.event)} />;
}
