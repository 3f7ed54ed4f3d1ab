import { subjectNamed, type Subject } from '@latchkey/directory-sync';
import { InvalidArgumentError } from 'commander';

/** Parses a commander argument: `user:<id>` or `organization:<id>`, with Logto ids. */
export function parseSubject(name: string): Subject {
  try {
    return subjectNamed(name);
  } catch {
    throw new InvalidArgumentError('Write user:<id> or organization:<id>.');
  }
}
