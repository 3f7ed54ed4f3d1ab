import type { Run, SyncStatus } from '../server/connect-server.ts';

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
  const total = countChanges(changes);
  return counts.length === 0
    ? 'no drift'
    : `${total} ${total === 1 ? 'change' : 'changes'} (${counts.join(', ')})`;
}

export function countChanges(changes: Readonly<Record<string, number>>): number {
  return Object.values(changes).reduce((sum, count) => sum + count, 0);
}

export function describeRefusal({
  affected,
  allowed,
}: {
  readonly affected: number;
  readonly allowed: number;
}): string {
  return `Refused: ${affected} users and tenants would lose access; the limit is ${allowed}. See "latchkey sync plan"; --force overrides it.`;
}

type Undelivered = NonNullable<SyncStatus['undelivered']>;

const remedies: Readonly<Record<Undelivered['cause'], string>> = {
  'private-address':
    'Newer versions of Logto send nothing to private addresses: run latchkey webhook listen next to it, or give the webhook a public address.',
  unreachable:
    'Correct the URL of the webhook or the network (DNS, certificate, firewall), or run latchkey webhook listen beside Logto.',
  signature: "Add the webhook's signing key to the server's LOGTO_WEBHOOK_SIGNING_KEYS, and restart it.",
  status: 'Check the log of the proxy or server that answers there.',
};

export function describeUndelivered({ count, address, since, status, cause }: Undelivered): {
  readonly says: string;
  readonly fix: string;
} {
  const answer = status === null ? 'nothing answers Logto' : `it answers ${status}`;
  const events = `${count} ${count === 1 ? 'event' : 'events'}`;
  return {
    says: `Logto could not deliver ${events} to ${address} since ${formatTime(since)}: ${answer}. They are read from its log within 45 seconds.`,
    fix: remedies[cause],
  };
}

/** Formats an ISO 8601 time in UTC with a fixed width: `2026-11-24 18:02:11Z`. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')}Z`;
}
