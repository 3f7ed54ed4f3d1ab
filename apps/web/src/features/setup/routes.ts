import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { lazy } from 'react';
import { addMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import { setupMessages } from './messages.ts';

const CountedSetup = lazy(async () => ({ default: (await import('./counted-setup.tsx')).CountedSetup }));

const setup = createRoute({
  ...consolePage,
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
