import { subjectNamed, type Subject } from '@latchkey/directory-sync';
import { InvalidArgumentError } from 'commander';
import type { AddCommand } from '../command-deps.ts';
import { reconcileSubjects } from '../sync/reconcile-subjects.ts';
import { syncDeps } from '../sync/sync-deps.ts';

export const addSyncReplay: AddCommand = (program, deps) => {
  program
    .command('replay')
    .description('look at users and organizations once more, whatever became of their deliveries')
    .argument('<subjects...>', 'user:<id> or organization:<id>, with the ids that Logto shows', collect)
    .action((subjects: Subject[]) => reconcileSubjects(subjects, syncDeps(deps), deps));
};

function collect(name: string, before: Subject[] | undefined): Subject[] {
  try {
    return [...(before ?? []), subjectNamed(name)];
  } catch {
    throw new InvalidArgumentError('Write user:<id> or organization:<id>.');
  }
}
