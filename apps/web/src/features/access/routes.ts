import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { addMessages, type FeatureMessages, type I18n } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import { lazy } from 'react';
import { requestAccessMessages } from '../../shared/messages.ts';

const access = createRoute({
  ...consolePageOptions,
  path: '/access',
  staticData: { page: { name: { en: 'Your access', ko: '내 권한' }, sidebar: { icon: 'access' } } },
  loader: ({ context: { api, i18n } }) => {
    void api.utils.session.access.prefetch();
    return addMessages(i18n, accessMessages, requestAccessMessages);
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
      addMessages(i18n, accessMessages, requestAccessMessages),
    ]);
    return { default: OwnRequests };
  });
}
