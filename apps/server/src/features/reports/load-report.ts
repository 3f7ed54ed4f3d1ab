import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { instanceNotFound } from '../../instance-not-found.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { requireClearance } from './clearance.ts';
import { createReportStore, type Report } from './report-store.ts';

/**
 * Loads a report of the caller's tenant for which they have clearance.
 * @throws `REPORT_NOT_FOUND`, {PermissionDeniedError}
 */
export async function loadReport(
  db: NodePgDatabase,
  { identity: { tenant }, permissions }: SignedIn,
  id: string,
): Promise<Report> {
  const report = await createReportStore(db, tenant).find(id);
  if (report === undefined) throw instanceNotFound('reports', id);
  await requireClearance(permissions, report);
  return report;
}

/**
 * Loads a report that the caller may read given `reports:view`: drafts are only for users who can edit them.
 * @throws {PermissionDeniedError}
 */
export async function loadReadable(db: NodePgDatabase, caller: SignedIn, id: string): Promise<Report> {
  const report = await loadReport(db, caller, id);
  if (report.status === 'draft') await caller.permissions.require('reports:edit', id);
  return report;
}
