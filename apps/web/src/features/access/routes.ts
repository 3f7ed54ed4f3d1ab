import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { addMessages, type FeatureMessages, type I18n } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import { lazy } from 'react';
import type { RequestSheet } from '../../shared/request-sheet.ts';

const access = createRoute({
  ...consolePage,
  path: '/access',
  staticData: { page: { name: { en: 'Your access', ko: '내 권한' }, sidebar: { icon: 'access' } } },
  loader: ({ context: { api, i18n } }) => {
    void api.utils.session.access.prefetch();
    return addMessages(i18n, accessMessages);
  },
  component: lazyRouteComponent(() => import('./access-page.tsx'), 'AccessPage'),
});

export const accessRoutes = [access] as const;

const accessMessages: FeatureMessages = {
  key: 'access',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

export function lazyOwnRequests(i18n: I18n) {
  return lazy(async () => {
    const [{ OwnRequests }] = await Promise.all([
      import('./own-requests.tsx'),
      addMessages(i18n, accessMessages),
    ]);
    return { default: OwnRequests };
  });
}

export function lazyRequestSheet(i18n: I18n): RequestSheet {
  return lazy(async () => {
    const [sheet] = await Promise.all([import('./request-sheet.tsx'), addMessages(i18n, accessMessages)]);
    return sheet;
  });
}
