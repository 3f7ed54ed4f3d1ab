import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { exportMessages, sharingMessages } from '../../shared/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import {
  collectionsInput,
  CompareSearch,
  listInput,
  NewReportSearch,
  ReportFilter,
  ReportsFilter,
} from './filters.ts';
import type { ReactNode } from 'react';
import * as v from 'valibot';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../ui/skeletons.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

const reportMessages: FeatureMessages = {
  key: 'report',
  en: () => import('./report.messages.en.ts'),
  ko: () => import('./report.messages.ko.ts'),
};

const kindMessages: FeatureMessages = {
  key: 'reportKinds',
  en: () => import('./kinds/messages.en.ts'),
  ko: () => import('./kinds/messages.ko.ts'),
};

const reportsMessages: FeatureMessages = {
  key: 'reports',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const collectionMessages: FeatureMessages = {
  key: 'collections',
  en: () => import('./collection.messages.en.ts'),
  ko: () => import('./collection.messages.ko.ts'),
};

const listMessages = [
  reportsMessages,
  kindMessages,
  collectionMessages,
  exportMessages,
  sharingMessages,
] as const;

const reports = createRoute({
  ...consolePageOptions,
  path: '/reports',
  staticData: { page: { name: { en: 'Access reports', ko: '접근 보고서' }, sidebar: { icon: 'reports' } } },
  validateSearch: ReportsFilter,
  beforeLoad: ({ location }) => {
    // In older links, the collection is a filter of the list.
    const collectionId = new URLSearchParams(location.searchStr).get('collection');
    if (v.is(v.pipe(v.string(), v.uuid()), collectionId))
      // oxlint-disable-next-line typescript/only-throw-error -- the router's API throws redirects
      throw redirect({ to: '/reports/collections/$collectionId', params: { collectionId } });
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context: { api, i18n }, deps }) => {
    void api.utils.reports.list.prefetchInfinite(listInput(deps));
    void api.utils.collections.list.prefetch(collectionsInput(deps));
    return addMessages(i18n, ...listMessages);
  },
  component: lazyRouteComponent(() => import('./reports-page.tsx'), 'ReportsPage'),
});

const newReport = createRoute({
  ...consolePageOptions,
  path: '/reports/new',
  staticData: { page: { name: { en: 'New report', ko: '새 보고서' } } },
  validateSearch: NewReportSearch,
  loader: ({ context: { i18n } }) => addReportMessages(i18n),
  component: lazyRouteComponent(() => import('./new-report-page.tsx'), 'NewReportPage'),
});

const compare = createRoute({
  ...consolePageOptions,
  path: '/reports/compare',
  staticData: { page: { name: { en: 'Compare reports', ko: '보고서 비교' } } },
  validateSearch: CompareSearch,
  loader: ({ context: { i18n } }) => addReportMessages(i18n),
  component: lazyRouteComponent(() => import('./compare-page.tsx'), 'ComparePage'),
});

const addReportMessages = (i18n: Parameters<typeof addMessages>[0]) =>
  addMessages(i18n, reportsMessages, kindMessages, reportMessages, exportMessages, sharingMessages);

const report = createRoute({
  ...consolePageOptions,
  path: '/reports/$reportId',
  staticData: { page: { Name: ReportName } },
  validateSearch: ReportFilter,
  loader: ({ context: { api, i18n }, params }) => {
    void api.utils.reports.get.prefetch({ id: params.reportId });
    return addReportMessages(i18n);
  },
  component: lazyRouteComponent(() => import('./report-page.tsx'), 'ReportPage'),
});

const collection = createRoute({
  ...consolePageOptions,
  path: '/reports/collections/$collectionId',
  staticData: { page: { Name: CollectionName } },
  validateSearch: ReportsFilter,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { api, i18n }, params: { collectionId }, deps }) => {
    void api.utils.collections.get.prefetch({ id: collectionId });
    void api.utils.reports.list.prefetchInfinite(listInput(deps, collectionId));
    return addMessages(i18n, ...listMessages);
  },
  component: lazyRouteComponent(() => import('./collection-page.tsx'), 'CollectionPage'),
});

export const reportsRoutes = [reports, newReport, compare, report, collection] as const;

function CollectionName({ params: { collectionId = '' } }: PageNameProps): ReactNode {
  const collection = trpc.collections.get.useQuery({ id: collectionId }, { enabled: false });
  return <LoadedName query={collection} name={collection.data?.title} />;
}

function ReportName({ params: { reportId = '' } }: PageNameProps): ReactNode {
  const report = trpc.reports.get.useQuery({ id: reportId }, { enabled: false });
  return <LoadedName query={report} name={report.data?.title} />;
}
