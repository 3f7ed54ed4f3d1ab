import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { reasonMessages } from '../../shared/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';

const homeMessages: FeatureMessages = {
  key: 'home',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const home = createRoute({
  ...consolePage,
  path: '/home',
  staticData: { page: { name: { en: 'Home', ko: '홈' }, sidebar: { icon: 'home' } } },
  loader: ({ context: { api, i18n } }) => {
    void api.utils.notifications.list.prefetch();
    void api.utils.home.denials.prefetch();
    return addMessages(i18n, homeMessages, reasonMessages);
  },
  component: lazyRouteComponent(() => import('./home-page.tsx'), 'HomePage'),
});

const notifications = createRoute({
  ...consolePage,
  path: '/notifications',
  staticData: { page: { name: { en: 'Notifications', ko: '알림' } } },
  loader: ({ context: { api, i18n } }) => {
    void api.utils.notifications.list.prefetch();
    return addMessages(i18n, homeMessages, reasonMessages);
  },
  component: lazyRouteComponent(() => import('./notifications-page.tsx'), 'NotificationsPage'),
});

export const homeRoutes = [home, notifications] as const;
