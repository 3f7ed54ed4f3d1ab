import type { Run } from './sync-api-types.ts';
import { formatTime } from './format-time.ts';

/** Describes a run: `sweep, done 2026-11-24 18:02:11Z: 30 changes (30 create-user)`. */
export function describeRun(run: Run): string {
  const kind = [run.reason, ...(run.dryRun ? ['dry run'] : [])].join(', ');
  const time = formatTime(run.finishedAt ?? run.startedAt ?? run.createdAt);
  return `${kind}, ${run.status} ${run.finishedAt === null ? 'since ' : ''}${time}${resultOf(run)}`;
}

function resultOf({ status, report, problem, progress }: Run): string {
  if (status === 'running' && progress !== null) {
    return `: ${progress.step} ${progress.done}${progress.total === undefined ? '' : `/${progress.total}`}`;
  }
  if (problem !== null) return `: ${problem.code}, ${problem.message.replace(/\.$/, '')}`;
  if (report === null) return '';
  return `: ${describeChanges(report.changes)}${report.failed > 0 ? `, ${report.failed} refused by Permit` : ''}`;
}

/** Describes counts by kind: `31 changes (1 create-tenant, 30 create-user)`. */
function describeChanges(changes: Readonly<Record<string, number>>): string {
  const counts = Object.entries(changes).map(([kind, count]) => `${count} ${kind}`);
  return counts.length === 0 ? 'no drift' : `${countChanges(changes)} changes (${counts.join(', ')})`;
}

/** The sum of counts by kind. */
export function countChanges(changes: Readonly<Record<string, number>>): number {
  return Object.values(changes).reduce((sum, count) => sum + count, 0);
}
