import { existsSync, readFileSync } from 'node:fs';

/** `[collection, key, value]` puts, `[collection, key]` deletes, `[]` clears everything. */
export type Operation = [string, string, unknown] | [string, string] | [];

/** A journal that cannot be read, except for a torn last line. */
class JournalDamagedError extends Error {
  override readonly name = 'JournalDamagedError';
  readonly code = 'JOURNAL_DAMAGED';
}

/** Operations that reach the journal together. */
export const lineOf = (operations: readonly Operation[]): string => `${JSON.stringify(operations)}\n`;

const isOperation = (value: unknown): value is Operation =>
  Array.isArray(value) &&
  (value.length === 0 ||
    ((value.length === 2 || value.length === 3) &&
      typeof value[0] === 'string' &&
      typeof value[1] === 'string'));

function parsed(line: string): Operation[] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) && value.every(isOperation) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a journal. A last line that cannot be read was torn: its write was never acknowledged.
 * @throws JournalDamagedError when another line cannot be read, because acknowledged writes would be lost with it
 */
export function* readJournal(file: string): Generator<Operation[]> {
  if (!existsSync(file)) return;
  const lines = readFileSync(file, 'utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) {
    const operations = parsed(line);
    if (operations !== undefined) yield operations;
    else if (index < lines.length - 1)
      throw new JournalDamagedError(
        `${file} is damaged in line ${index + 1}. Remove the line, or the folder to begin anew.`,
      );
  }
}
