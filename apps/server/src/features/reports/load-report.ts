import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { requireClearance } from './clearance.ts';
import { createReportStore, lockReport, type Report } from './report-store.ts';
import type { Shareable } from './shares/sharing.ts';
import { instanceNotFound } from '../../directory/shared-resources.ts';

/** A call that is about one report. */
export interface ReportCall {
  readonly input: { readonly id: string };
  readonly ctx: SignedIn;
}

/**
 * Loads a report of the caller's tenant for which they have clearance. Every gate does, so that buttons agree with
 * calls for reports that do not exist or belong to another tenant.
 * @throws `REPORT_NOT_FOUND`, {PermissionDeniedError}
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
 * Loads a report that the caller may read given `reports:view`: drafts are only for users who can edit them.
 * @throws {PermissionDeniedError}
 */
export async function loadReadable(db: NodePgDatabase, caller: SignedIn, id: string): Promise<Report> {
  const report = await loadReport(db, { ctx: caller, input: { id } });
  if (report.status === 'draft') await caller.permissions.require('reports:edit', id);
  return report;
}

/** The report in the audit log. */
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
