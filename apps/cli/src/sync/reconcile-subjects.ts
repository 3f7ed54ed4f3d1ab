import {
  reconcileOrganization,
  reconcileUser,
  subjectName,
  subjectNamed,
  type Operation,
  type ReconcileDeps,
  type Subject,
} from '@latchkey/directory-sync';
import { InvalidArgumentError } from 'commander';
import type { CommandDeps } from '../command-deps.ts';
import { reportChange } from '../server/connect-server.ts';
import { describeOperation } from './print-report.ts';

export function parseSubject(name: string): Subject {
  try {
    return subjectNamed(name);
  } catch {
    throw new InvalidArgumentError('Write user:<id> or organization:<id>.');
  }
}

export async function reconcileSubjects(
  subjects: readonly Subject[],
  deps: ReconcileDeps,
  cli: CommandDeps,
): Promise<void> {
  let changed = 0;
  const onApplied = (operations: readonly Operation[]): void => {
    changed += operations.length;
  };
  let outcome: 'done' | 'failed' = 'failed';
  try {
    await reconcileEach(subjects, { ...deps, onApplied }, cli);
    outcome = 'done';
  } finally {
    if (changed > 0) await reportChange({ action: 'sync.reconcile', outcome, after: { changed } }, cli);
  }
}

async function reconcileEach(
  subjects: readonly Subject[],
  deps: ReconcileDeps,
  { print }: CommandDeps,
): Promise<void> {
  const queue = [...subjects];
  const seen = new Set<string>();
  for (let subject = queue.shift(); subject !== undefined; subject = queue.shift()) {
    const name = subjectName(subject);
    if (seen.has(name) || subject.kind === 'directory') continue;
    seen.add(name);
    const { status, operations, mismatchedUserIds } = await reconcile(subject, deps); // oxlint-disable-line no-await-in-loop -- sequential calls limit the load on Permit, and the command is rare
    queue.push(...mismatchedUserIds.map((id): Subject => ({ kind: 'user', id })));
    print(
      `${name} is ${status === 'machine' ? 'a machine' : status}: ${operations.map(describeOperation).join(', ') || 'nothing to do'}`,
    );
  }
}

async function reconcile(
  subject: Exclude<Subject, { kind: 'directory' }>,
  deps: ReconcileDeps,
): Promise<{ status: string; operations: readonly Operation[]; mismatchedUserIds: readonly string[] }> {
  if (subject.kind === 'organization') return reconcileOrganization(subject.id, deps);
  return { ...(await reconcileUser({ id: subject.id, because: 'delivery' }, deps)), mismatchedUserIds: [] };
}
