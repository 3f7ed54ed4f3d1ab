import { createRootRouteWithContext, Outlet } from '@tanstack/react-router';
import type { I18n } from '../i18n/i18n.ts';
import type { ReactNode } from 'react';
import type { Api } from '../api/api.ts';
import type { Auth } from '../auth/auth.ts';
import type { Notifications } from './notifications.ts';
import type { Palette } from './palette-button.tsx';
import { NotFound } from '../shared/not-found.tsx';
import { StandalonePage } from '../shared/standalone-page.tsx';

export interface RouterContext {
  readonly auth: Auth;
  readonly api: Api;
  readonly i18n: I18n;
  readonly Palette: Palette;
  readonly Notifications: Notifications;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  staticData: { page: null },
  component: Outlet,
  notFoundComponent: NotFoundPage,
});

/** For an unknown URL. Outside the layout, which is for signed-in users only. */
function NotFoundPage(): ReactNode {
  return (
    <StandalonePage>
      <NotFound />
    </StandalonePage>
  );
}
