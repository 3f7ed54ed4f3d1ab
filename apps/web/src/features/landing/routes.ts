import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { addMessages } from '../../i18n/i18n.ts';
import { rootRoute } from '../../layout/root-route.ts';
import { landingMessages } from './messages.ts';

const landing = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  staticData: { page: null },
  beforeLoad: async ({ context: { auth } }) => {
    if ((await auth.person()) !== null)
      throw redirect({ to: '/home', search: { org: auth.activeOrganization.get() ?? undefined } });
  },
  loader: ({ context: { i18n } }) => addMessages(i18n, landingMessages),
  component: lazyRouteComponent(() => import('./landing-route.tsx'), 'LandingRoute'),
});

export const landingRoutes = [landing] as const;
