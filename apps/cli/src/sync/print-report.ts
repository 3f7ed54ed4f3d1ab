import { subjectKeyOf, type Operation, type ReconcileReport } from '@latchkey/directory-sync';
import type { CommandDeps } from '../command-deps.ts';
import type { Run } from '../server/connect-server.ts';
import { describeRefusal, countChanges } from './describe-run.ts';

/** Maximum number of operations printed individually. */
const shown = 20;

export function printReport(report: ReconcileReport, { print, warn }: CommandDeps): void {
  const { users, operations, failed, dryRun } = report;
  const marks = {
    create: '+',
    update: '~',
    clear: '~',
    assign: '+',
    restore: '+',
    unassign: '-',
    delete: '-',
  };
  const markOf = (kind: string): string => Object(marks)[kind.split('-')[0] ?? ''] ?? '·';
  for (const operation of operations.slice(0, shown))
    print(`${markOf(operation.kind)} ${describeOperation(operation)}`);
  if (operations.length > shown) print(`  … and ${operations.length - shown} more`);
  for (const { operation, reason } of failed) print(`! ${describeOperation(operation)}: ${reason}`);
  const changes = Object.fromEntries(
    [...Map.groupBy(operations, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]),
  );
  warnOfUntrusted(report.untrusted, warn);
  print(summarize({ users, changes, failed: failed.length, dryRun }));
}

export function printRun({ report, problem, dryRun }: Run, { print, warn }: CommandDeps): void {
  if (problem?.code === 'SYNC_MASS_CHANGE') warn(describeRefusal(problem));
  else if (problem !== null) warn(`Failed: ${problem.code}, ${problem.message}`);
  if (report === null) return;
  const { sample, changes } = report;
  for (const line of sample.slice(0, shown)) print(`· ${line}`);
  const more = countChanges(changes) - Math.min(shown, sample.length);
  if (more > 0) print(`  … and ${more} more`);
  warnOfUntrusted(report.untrusted ?? [], warn);
  print(summarize({ ...report, dryRun }));
}

function warnOfUntrusted(attributes: readonly string[], warn: CommandDeps['warn']): void {
  if (attributes.length === 0) return;
  warn(
    `Sync ignores ${attributes.join(', ')}, because Logto lets users edit the field that it comes from. Set the field to ReadOnly in the account center, or take the attribute from a role.`,
  );
}

interface Summary {
  readonly users: number;
  /** Operations by kind. */
  readonly changes: Readonly<Record<string, number>>;
  /** The number of operations that Permit refused. */
  readonly failed: number;
  readonly dryRun: boolean;
}

/** Summarizes a run: `29 done (30 create-user), 1 refused.` */
function summarize({ users, changes, failed, dryRun }: Summary): string {
  const total = countChanges(changes);
  if (total === 0) return `No drift: Permit has the ${users} users of Logto as mapped.`;
  const counts = Object.entries(changes).map(([kind, count]) => `${count} ${kind}`);
  const refused = failed > 0 ? `, ${failed} refused` : '';
  return `${total - failed} ${dryRun ? 'to do' : 'done'} (${counts.join(', ')})${refused}.`;
}

export function jsonReport({ users, tenants, operations, failed, dryRun }: ReconcileReport): string {
  return JSON.stringify({ users, tenants, dryRun, operations, failed });
}

/** Describes an operation: `create-user user1 viewer@default`. */
export function describeOperation(operation: Operation): string {
  const grants =
    operation.kind === 'create-user' ? operation.grants : 'grant' in operation ? [operation.grant] : [];
  const roles = grants.map(
    ({ role, tenant, instance }) => `${role}@${tenant}${instance === undefined ? '' : `#${instance}`}`,
  );
  return [operation.kind, subjectKeyOf(operation), ...roles].join(' ');
}
