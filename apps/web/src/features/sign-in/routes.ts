import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { addMessages } from '../../i18n/i18n.ts';
import { rootRoute } from '../../layout/root-route.ts';
import { signInMessages } from './messages.ts';

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
