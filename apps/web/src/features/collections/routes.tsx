import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { sharingMessages } from '../../shared/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import type { ReactNode } from 'react';
import { LoadedName } from '../../ui/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

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
      gate: trpc.collections.list,
      sidebar: { icon: 'collections' },
    },
  },
  loader: ({ context: { prefetch, i18n } }) => {
    prefetch(({ collections: { list } }) => list.prefetch());
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
    return addMessages(i18n, collectionsMessages, sharingMessages);
  },
  component: lazyRouteComponent(() => import('./collection-page.tsx'), 'CollectionPage'),
});

export const collectionsRoutes = [collections, collection] as const;

/** The collection's title for the breadcrumb. Reads the page's cached data and sends no request. */
function CollectionName({ params: { collectionId = '' } }: PageNameProps): ReactNode {
  const collection = trpc.collections.get.useQuery({ id: collectionId }, { enabled: false });
  return <LoadedName query={collection} name={collection.data?.title} />;
}
