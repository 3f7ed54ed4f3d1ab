import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEvent } from './audit-event.ts';

/** Maximum number of files. Each has a few thousand events; together they take about a gigabyte. */
const maxFiles = 400;

/** Buffers events in files. This process, a later one or another replica with the same folder stores them. */
export type Spill = ReturnType<typeof createSpill>;

/** @param folder - created on demand and readable only by its owner, because events contain personal data */
export function createSpill(folder: string) {
  const waiting = async (): Promise<string[]> => {
    const names = await readdir(folder).catch(noneWithoutFolder);
    return names.filter((name) => name.endsWith('.ndjson')).toSorted();
  };
  return {
    /** Resolves when the events are in a file. @throws when the disk is full or there are too many files. */
    async write(events: readonly AuditEvent[]): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if ((await waiting()).length >= maxFiles) throw new RangeError(`${maxFiles} files of events wait.`);
      const name = join(folder, `${new Date().toISOString().replaceAll(/[:.]/gu, '-')}-${randomUUID()}`);
      // Renamed to its final name when complete, so that no reader finds a partial file.
      const file = await open(`${name}.part`, 'wx', 0o600);
      try {
        await file.writeFile(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
        await file.sync();
        await file.close();
        await rename(`${name}.part`, `${name}.ndjson`);
      } catch (error) {
        await file.close().catch(() => {});
        await rm(`${name}.part`, { force: true }).catch(() => {});
        throw error;
      }
    },
    /** Returns the events of the oldest file, and a function that removes the file; `undefined` if there is no file. */
    async oldest() {
      const [name] = await waiting();
      if (name === undefined) return undefined;
      const path = join(folder, name);
      const text = await readFile(path, 'utf8');
      return { events: text.split('\n').flatMap(eventOf), remove: () => rm(path, { force: true }) };
    },
  };
}

/** Parses a line. Skips a line that is not JSON, which this server did not write. */
function eventOf(line: string): AuditEvent[] {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the folder is the server's own, and PostgreSQL checks the values
    return line === '' ? [] : [JSON.parse(line) as AuditEvent];
  } catch {
    return [];
  }
}

function noneWithoutFolder(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}
