import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { LandingPage } from './landing-page.tsx';

/** The landing page within the console, where the session turned out to be none: Logto's client is there already. */
export function LandingRoute(): ReactNode {
  const { auth } = useRouteContext({ from: '__root__' });
  return <LandingPage signIn={auth.signIn} />;
}
