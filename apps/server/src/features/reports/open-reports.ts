import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import type { AppDirectory } from '../../directory/decisions.ts';
import type { MemberDirectory } from '../../directory/member-directory.ts';
import type { Audit } from '../audit/record.ts';
import { createCollectionsRouter, type CollectionsRouterDeps } from './collections/collections-router.ts';
import type { ReportsRouterDeps } from './load-report.ts';
import { openRemoval } from './report-removal.ts';
import { createReportsRouter } from './reports-router.ts';
import { createSharing, type SharingDeps } from './shares/sharing.ts';

export interface ReportsOptions
  extends
    Omit<ReportsRouterDeps, 'directory' | 'sharing' | 'audit' | 'owners'>,
    Omit<CollectionsRouterDeps, 'directory' | 'sharing' | 'audit' | 'owners'>,
    Omit<SharingDeps, 'directory' | 'audit' | 'owners'> {
  readonly db: NodePgDatabase;
  readonly people: ReportsRouterDeps['people'] & CollectionsRouterDeps['people'] & SharingDeps['people'];
  /** Also assigns roles to creators who are not members, such as machines. */
  readonly permitDirectory: AppDirectory;
  readonly directory: MemberDirectory;
  readonly owners: ReportsRouterDeps['owners'] & SharingDeps['owners'];
  readonly audit: Audit;
  readonly log: Logger;
}

/** Opens the routers of reports and collections, and the worker that purges deleted reports. */
export function openReports(options: ReportsOptions) {
  const { permitDirectory, log } = options;
  const sharing = createSharing(options);
  const removal = openRemoval({
    ...options,
    onError: (err) => log.warn({ err }, 'a deleted report waits for another attempt to remove it'),
  });
  const shared = { ...options, directory: permitDirectory, sharing };
  return {
    router: createReportsRouter(shared),
    collections: createCollectionsRouter(shared),
    close: () => removal.close(),
  };
}
