import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../directory/decisions.ts';
import { instanceNotFound } from '../../directory/shared-resources.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { InTurn } from '../../platform/turns.ts';
import type { Audit } from '../audit/record.ts';
import { requireClearance } from './clearance.ts';
import type { ReportSources } from './kinds/report-kind.ts';
import type { GrantsDecider } from './report-conditions.ts';
import { createReportStore, lockReport, type Report } from './report-store.ts';
import type { SharedInstance } from './shares/instance-roles.ts';
import type { Shareable, Sharing } from './shares/sharing.ts';
import type { Openable } from './shares/who-can-open.ts';

export interface ReportsRouterDeps extends ReportSources {
  readonly decider: GrantsDecider;
  readonly directory: Pick<AppDirectory, 'listMembers' | 'assignRole'>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly sharing: Sharing;
  readonly inTurn: InTurn;
}

export interface ReportCall {
  readonly input: { readonly id: string };
  readonly ctx: SignedIn;
}

/**
 * Loads a report of the caller's tenant and requires clearance. All gates use this, so that buttons agree with calls.
 * @throws {AppError} `REPORT_NOT_FOUND` @throws {PermissionDeniedError}
 */
export async function loadReport(
  db: NodePgDatabase,
  { ctx: { identity, permissions }, input: { id } }: ReportCall,
): Promise<Report> {
  const report = await createReportStore(db, identity.tenant).find(id);
  if (report === undefined) throw instanceNotFound('reports', id);
  await requireClearance(permissions, report);
  return report;
}

/**
 * Loads a report and checks all that reading it requires besides `reports:view`. A draft requires `reports:edit`.
 * @throws as `loadReport`
 */
export async function loadReadable(db: NodePgDatabase, caller: SignedIn, id: string): Promise<Report> {
  const report = await loadReport(db, { ctx: caller, input: { id } });
  if (report.status === 'draft') await caller.permissions.require('reports:edit', id);
  return report;
}

/** Finds what opening a report or a collection depends on; `undefined` for a report that does not exist. */
export async function findOpenable(db: NodePgDatabase, on: SharedInstance): Promise<Openable | undefined> {
  if (on.resource !== 'reports') return on;
  const report = await createReportStore(db, on.tenant).find(on.id);
  return report && shareableOf(report);
}

export function reportNamed(key: string) {
  return { resource: 'reports', key };
}

export function shareableOf({ id, tenant, ownerKey, status, classification }: Report): Shareable {
  return {
    resource: 'reports',
    id,
    tenant,
    ownerKey,
    isDraft: status === 'draft',
    isConfidential: classification === 'confidential',
    lock: (transaction) => lockReport(transaction, { tenant, id }),
  };
}
