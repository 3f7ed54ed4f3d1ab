import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../directory/app-directory.ts';
import { router } from '../../platform/trpc/trpc.ts';
import type { Audit } from '../audit/record.ts';
import { createEditProcedures } from './edit-procedures.ts';
import type { ReportSources } from './kinds/report-sources.ts';
import { createListProcedures } from './list-procedures.ts';
import { loadReport, shareableOf } from './load-report.ts';
import { createReadProcedures } from './read-procedures.ts';
import { createRemovalProcedures } from './removal-procedures.ts';
import { createShareProcedures } from './shares/share-procedures.ts';
import type { Sharing } from './shares/sharing.ts';
import type { PdpDecider } from '../../directory/decisions.ts';

export interface ReportsRouterDeps extends ReportSources {
  readonly db: NodePgDatabase;
  readonly decider: Pick<PdpDecider, 'instanceGrants'>;
  readonly directory: Pick<AppDirectory, 'listMembers' | 'assignRole'>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly sharing: Sharing;
}

/** Access reports: created from live facts, read, published and deleted. Gates check each report. */
export function createReportsRouter(deps: ReportsRouterDeps) {
  const { db, sharing } = deps;
  return router({
    ...createListProcedures(deps),
    ...createReadProcedures(deps),
    ...createEditProcedures(deps),
    ...createRemovalProcedures(deps),
    ...createShareProcedures('reports:share', {
      sharing,
      load: async (call) => shareableOf(await loadReport(db, call)),
    }),
  });
}
