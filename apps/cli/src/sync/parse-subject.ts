import { subjectNamed, type Subject } from '@latchkey/directory-sync';
import { InvalidArgumentError } from 'commander';

/** Parses an argument of commander: `user:<id>` or `organization:<id>`, with the ids that Logto shows. */
export function parseSubject(name: string): Subject {
  try {
    return subjectNamed(name);
  } catch {
    throw new InvalidArgumentError('Write user:<id> or organization:<id>.');
  }
}
