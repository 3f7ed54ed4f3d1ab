import { changeRows, denialRows } from './audit-rows.ts';
import { liveHolders, storedHolders, type ReadHolders } from './holders.ts';
import { machineRow } from './machine-row.ts';
import { mostRows, type ReportContent } from './report-content.ts';
import type { ReportRequest } from './report-kinds.ts';
import type { ReportSources } from './report-sources.ts';

/** Milliseconds. */
const day = 86_400_000;

/** Rows of a preview. */
const mostPreviewed = 5;

type TakeContent = (tenant: string, request: ReportRequest) => Promise<ReportContent>;

/** What a report says is taken from the facts of this moment, for the report itself or for a preview. */
export function createTakeContent(sources: ReportSources): { take: TakeContent; preview: TakeContent } {
  return {
    take: takeFrom(sources, { holders: liveHolders(sources.directory), limit: mostRows }),
    // It is asked for again and again while somebody chooses, which Permit's API would not stand.
    preview: takeFrom(sources, { holders: storedHolders(sources.people), limit: mostPreviewed }),
  };
}

function takeFrom(
  sources: ReportSources,
  { holders, limit }: { readonly holders: ReadHolders; readonly limit: number },
): TakeContent {
  return async (tenant, request) => {
    const until = sources.now();
    const made = { version: 2, generatedAt: until.toISOString() } as const;
    const periodOf = (days: number) => ({ since: new Date(until.getTime() - days * day), until, limit });
    switch (request.kind) {
      case 'access-review': {
        const found = await holders(tenant, { roles: request.roles, onlyMachines: false, limit });
        return { ...made, kind: request.kind, request, ...found };
      }
      case 'machines': {
        const { total, rows } = await holders(tenant, { roles: [], onlyMachines: true, limit });
        return { ...made, kind: request.kind, request, total, rows: rows.map(machineRow) };
      }
      case 'dormant': {
        const found = await sources.people.holding(tenant, { dormantDays: request.days, limit });
        return { ...made, kind: request.kind, request, total: found.total, rows: found.people };
      }
      case 'denials': {
        const found = await sources.auditFacts.denials(tenant, periodOf(request.days));
        const rows = await denialRows(sources, tenant, found.rows);
        return { ...made, kind: request.kind, request, total: found.total, rows };
      }
      default: {
        const found = await sources.auditFacts.changes(tenant, periodOf(request.days));
        const rows = await changeRows(sources, tenant, found.rows);
        return { ...made, kind: request.kind, request, total: found.total, rows };
      }
    }
  };
}
