import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import { applicationMessages, requestAccessMessages } from '../../shared/messages.ts';

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

const applications = createRoute({
  ...consolePageOptions,
  path: '/access/applications',
  staticData: { page: { name: { en: 'Connected applications', ko: '연결된 애플리케이션' } } },
  loader: ({ context: { api, i18n } }) => {
    void api.utils.applications.mine.prefetch();
    return addMessages(i18n, accessMessages, applicationMessages);
  },
  component: lazyRouteComponent(() => import('./applications-page.tsx'), 'ApplicationsPage'),
});

export const accessRoutes = [access, applications] as const;

const accessMessages: FeatureMessages = {
  key: 'access',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
