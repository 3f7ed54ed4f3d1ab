import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { lazy } from 'react';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';

const setupMessages: FeatureMessages = {
  key: 'setup',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const CountedSetup = lazy(async () => ({ default: (await import('./counted-setup.tsx')).CountedSetup }));

const setup = createRoute({
  ...consolePageOptions,
  path: '/setup',
  staticData: {
    page: {
      name: { en: 'Set up', ko: '시작하기' },
      sidebar: { icon: 'setup', Counted: CountedSetup, defaultOrganizationOnly: true },
    },
  },
  loader: ({ context: { api, i18n } }) => {
    void api.utils.setup.status.prefetch();
    return addMessages(i18n, setupMessages);
  },
  component: lazyRouteComponent(() => import('./setup-page.tsx'), 'SetupPage'),
});

export const setupRoutes = [setup] as const;
