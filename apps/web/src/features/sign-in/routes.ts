import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { rootRoute } from '../../layout/root-route.tsx';

const signInMessages: FeatureMessages = {
  key: 'signIn',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const callback = createRoute({
  getParentRoute: () => rootRoute,
  path: '/callback',
  staticData: { page: null },
  loader: async ({ context: { auth, i18n } }) => {
    const [{ provider }] = await Promise.all([auth.prepare(), addMessages(i18n, signInMessages)]);
    return { provider };
  },
  component: lazyRouteComponent(() => import('./callback-page.tsx'), 'CallbackPage'),
});

export const signInRoutes = [callback] as const;
