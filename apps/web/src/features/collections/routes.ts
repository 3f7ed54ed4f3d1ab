import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { sharingMessages } from '../../components/sharing/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import { CollectionName } from './collection-name.tsx';

const collectionsMessages: FeatureMessages = {
  key: 'collections',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const collections = createRoute({
  ...consolePage,
  path: '/collections',
  staticData: {
    page: {
      name: { en: 'Collections', ko: '모음' },
      sidebar: { icon: 'collections', gate: trpc.collections.list },
    },
  },
  loader: ({ context: { api, i18n } }) => {
    void api.utils.collections.list.prefetch();
    return addMessages(i18n, collectionsMessages);
  },
  component: lazyRouteComponent(() => import('./collections-page.tsx'), 'CollectionsPage'),
});

const collection = createRoute({
  ...consolePage,
  path: '/collections/$collectionId',
  staticData: { page: { Name: CollectionName } },
  loader: ({ context: { api, i18n }, params }) => {
    void api.utils.collections.get.prefetch({ id: params.collectionId });
    return Promise.all([addMessages(i18n, collectionsMessages), addMessages(i18n, sharingMessages)]);
  },
  component: lazyRouteComponent(() => import('./collection-page.tsx'), 'CollectionPage'),
});

export const collectionsRoutes = [collections, collection] as const;
