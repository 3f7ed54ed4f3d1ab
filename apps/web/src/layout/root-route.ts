import { createRootRouteWithContext, Outlet } from '@tanstack/react-router';
import type { I18n } from '../i18n/i18n.ts';
import type { ComponentType } from 'react';
import type { Api } from '../api/api.ts';
import type { Auth } from '../auth/auth.ts';
import type { RequestSheet } from '../components/request-sheet.ts';
import { NotFoundPage } from './not-found-page.tsx';
import type { Palette } from './palette-button.tsx';

export interface RouterContext {
  readonly auth: Auth;
  readonly api: Api;
  readonly i18n: I18n;
  readonly RequestSheet: RequestSheet;
  /** A component of one feature, for the home page of another. */
  readonly OwnRequests: ComponentType;
  readonly Palette: Palette;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  staticData: { page: null },
  component: Outlet,
  notFoundComponent: NotFoundPage,
});
