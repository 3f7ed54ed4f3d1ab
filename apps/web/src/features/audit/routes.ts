import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { eventMessages, exportMessages, reasonMessages } from '../../shared/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import { AuditFilter, prefetchAudit } from './audit-questions.ts';

const auditMessages: FeatureMessages = {
  key: 'audit',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const audit = createRoute({
  ...consolePageOptions,
  path: '/audit',
  staticData: {
    page: { name: { en: 'Audit', ko: '감사 기록' }, gate: trpc.audit.list, sidebar: { icon: 'audit' } },
  },
  validateSearch: AuditFilter,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { prefetch, i18n }, deps }) => {
    prefetch((utils) => prefetchAudit(utils, deps));
    return addMessages(i18n, auditMessages, eventMessages, exportMessages);
  },
  component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
});

const event = createRoute({
  ...consolePageOptions,
  path: '/audit/$eventId',
  staticData: { page: { name: { en: 'Event', ko: '기록' }, gate: trpc.audit.get } },
  loader: ({ context: { prefetch, i18n }, params }) => {
    prefetch(({ audit: { get } }) => get.prefetch({ id: params.eventId }));
    return addMessages(i18n, auditMessages, eventMessages, reasonMessages);
  },
  component: lazyRouteComponent(() => import('./event-page.tsx'), 'EventPage'),
});

export const auditRoutes = [audit, event] as const;
