import { subjectKeyOf, type Operation, type ReconcileReport } from '@latchkey/directory-sync';
import type { CommandDeps } from '../command-deps.ts';

/** How many operations are shown one by one. */
const shown = 20;

/** What a run would do, or did: counts by kind, the first few one by one, and what Permit refused. */
export function printReport(
  { users, operations, failed, dryRun }: ReconcileReport,
  { print }: CommandDeps,
): void {
  const marks = {
    create: '+',
    update: '~',
    settle: '~',
    assign: '+',
    restore: '+',
    unassign: '-',
    delete: '-',
  };
  const markOf = (kind: string): string => Object(marks)[kind.split('-')[0] ?? ''] ?? '·';
  for (const operation of operations.slice(0, shown)) print(`${markOf(operation.kind)} ${textOf(operation)}`);
  if (operations.length > shown) print(`  … and ${operations.length - shown} more`);
  for (const { operation, reason } of failed) print(`! ${textOf(operation)}: ${reason}`);
  const counts = [...Map.groupBy(operations, ({ kind }) => kind)].map(
    ([kind, all]) => `${all.length} ${kind}`,
  );
  const verb = dryRun ? 'to do' : 'done';
  print(
    operations.length === 0
      ? `No drift: Permit has the ${users} users of Logto as the mapping says.`
      : `${operations.length - failed.length} ${verb} (${counts.join(', ')})${failed.length > 0 ? `, ${failed.length} refused` : ''}.`,
  );
}

export function jsonReport({ users, tenants, operations, failed, dryRun }: ReconcileReport): string {
  return JSON.stringify({ users, tenants, dryRun, operations, failed });
}

export function textOf(operation: Operation): string {
  const grants =
    operation.kind === 'create-user' ? operation.grants : 'grant' in operation ? [operation.grant] : [];
  const roles = grants.map(
    ({ role, tenant, instance }) => `${role}@${tenant}${instance === undefined ? '' : `#${instance}`}`,
  );
  return [operation.kind, subjectKeyOf(operation), ...roles].join(' ');
}
