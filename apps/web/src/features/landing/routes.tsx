import { createRoute, redirect, useRouteContext } from '@tanstack/react-router';
import { addMessages } from '../../i18n/i18n.ts';
import { rootRoute } from '../../layout/root-route.tsx';
import { landingMessages, LandingPage } from './landing-page.tsx';
import type { ReactNode } from 'react';

const landing = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  staticData: { page: null },
  beforeLoad: async ({ context: { auth } }) => {
    if ((await auth.person()) !== null)
      throw redirect({ to: '/home', search: { org: auth.activeOrganization.get() ?? undefined } });
  },
  loader: ({ context: { i18n } }) => addMessages(i18n, landingMessages),
  component: LandingRoute,
});

export const landingRoutes = [landing] as const;

/** The landing page after the session turned out to be invalid. Logto's client is already loaded. */
function LandingRoute(): ReactNode {
  const { auth } = useRouteContext({ from: '__root__' });
  return <LandingPage signIn={auth.signIn} />;
}
