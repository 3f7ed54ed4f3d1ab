import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { LandingPage } from './landing-page.tsx';

/** The landing page within the console, after the session turned out to be invalid: Logto's client is already loaded. */
export function LandingRoute(): ReactNode {
  const { auth } = useRouteContext({ from: '__root__' });
  return <LandingPage signIn={auth.signIn} />;
}
