import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, findPostmaster } from '@latchkey/embedded-postgres';

/** Another process uses the data folder. */
export class DataInUseError extends Error {
  override readonly name = 'DataInUseError';
}

/** A process writes its pid into its lock file while it uses the folder. `command` is part of that process's command line. */
const LOCKS = [
  { program: 'Latchkey', file: 'start.pid', command: 'scripts/start.ts' },
  { program: 'The Logto emulator', file: 'logto/lock', command: 'logto-emulator' },
  { program: 'The Permit emulator', file: 'permit/lock', command: 'permit-emulator' },
];

/**
 * Locks the data folder for this `start`. A PostgreSQL that runs on the folder is no obstacle: it can be shared.
 *
 * @returns a function that unlocks it
 * @throws {@link DataInUseError} when another `start` or an emulator uses the folder
 */
export function lockDataFolder(dataDir: string): () => void {
  assertNotLocked(dataDir);
  const file = join(dataDir, 'start.pid');
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

/** @throws {@link DataInUseError} when any process uses the folder, PostgreSQL included */
export function assertNotInUse(dataDir: string): void {
  assertNotLocked(dataDir);
  const postgres = findPostmaster(join(dataDir, 'postgres', 'data'));
  if (postgres !== undefined) throw inUse('PostgreSQL', dataDir, postgres.pid);
}

function assertNotLocked(dataDir: string): void {
  for (const { program, file, command } of LOCKS) {
    const pid = Number.parseInt(read(join(dataDir, file)), 10);
    // After a crash, the pid in the file may belong to another process by now.
    if (Number.isInteger(pid) && commandLineOf(pid).includes(command)) throw inUse(program, dataDir, pid);
  }
}

function inUse(program: string, dataDir: string, pid: number): DataInUseError {
  return new DataInUseError(
    `${program} runs on ${dataDir}, as process ${pid}. Stop it where it was started; if a killed run left it behind, ` +
      `"kill -INT ${pid}" ends it.`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
