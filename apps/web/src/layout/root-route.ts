import { createRootRouteWithContext, Outlet } from '@tanstack/react-router';
import type { i18n } from 'i18next';
import type { Api } from '../api/api.ts';
import type { Auth } from '../auth/auth.ts';
import type { RequestSheet } from '../components/request-sheet.ts';
import { NotFoundPage } from './not-found-page.tsx';

export interface RouterContext {
  readonly auth: Auth;
  readonly api: Api;
  readonly i18n: i18n;
  readonly RequestSheet: RequestSheet;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  staticData: { page: null },
  component: Outlet,
  notFoundComponent: NotFoundPage,
});
