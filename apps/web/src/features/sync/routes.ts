import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { addMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import { SyncFilter } from './filters.ts';
import { syncMessages } from './messages.ts';
import { DeliveryName } from './delivery-name.tsx';

const sync = createRoute({
  ...consolePage,
  path: '/sync',
  staticData: {
    page: {
      name: { en: 'Directory sync', ko: '디렉터리 동기화' },
      sidebar: { icon: 'sync', gate: trpc.sync.status, defaultOrganizationOnly: true },
    },
  },
  validateSearch: SyncFilter,
  loaderDeps: ({ search: { status, event, subject } }) => ({ status, event, subject }),
  loader: ({ context: { api, i18n }, deps }) => {
    void api.utils.sync.status.prefetch();
    void api.utils.sync.drift.prefetch();
    void api.utils.sync.deliveries.prefetchInfinite(deps);
    return addMessages(i18n, syncMessages);
  },
  component: lazyRouteComponent(() => import('./sync-page.tsx'), 'SyncPage'),
});

const delivery = createRoute({
  ...consolePage,
  path: '/sync/deliveries/$deliveryId',
  staticData: { page: { Name: DeliveryName } },
  loader: ({ context: { api, i18n }, params }) => {
    void api.utils.sync.delivery.prefetch({ id: params.deliveryId });
    return addMessages(i18n, syncMessages);
  },
  component: lazyRouteComponent(() => import('./delivery-page.tsx'), 'DeliveryPage'),
});

export const syncRoutes = [sync, delivery] as const;
