import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../directory/decisions.ts';
import type { InTurn } from '../../platform/turns.ts';
import type { Audit } from '../audit/record.ts';
import type { ReportSources } from './kinds/report-kind.ts';
import type { GrantsDecider } from './report-conditions.ts';
import type { Sharing } from './shares/sharing.ts';

export interface ReportsRouterDeps extends ReportSources {
  readonly db: NodePgDatabase;
  readonly decider: GrantsDecider;
  readonly directory: Pick<AppDirectory, 'listMembers' | 'assignRole'>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly sharing: Sharing;
  readonly inTurn: InTurn;
}
