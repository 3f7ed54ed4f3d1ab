import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, findPostmaster } from '@latchkey/embedded-postgres';

/** Another process has the data folder. */
export class DataInUseError extends Error {
  override readonly name = 'DataInUseError';
}

/** Files in which a process notes its number while it uses a part of the folder, and what its command line must hold. */
const LOCKS = [
  { what: 'Latchkey', file: 'start.pid', command: 'scripts/start.ts' },
  { what: 'The Logto emulator', file: 'logto/lock', command: 'logto-emulator' },
  { what: 'The Permit emulator', file: 'permit/lock', command: 'permit-emulator' },
];

/** @throws {@link DataInUseError} when another `start` runs on this folder. PostgreSQL is shared, and no reason. */
export function takeDataFolder(dataDir: string): () => void {
  refuseIfHeld(dataDir);
  const file = join(dataDir, 'start.pid');
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

/** @throws {@link DataInUseError} when anything at all uses the folder. */
export function refuseIfUsed(dataDir: string): void {
  refuseIfHeld(dataDir);
  const postgres = findPostmaster(join(dataDir, 'postgres', 'data'));
  if (postgres !== undefined) throw inUse('PostgreSQL', dataDir, postgres.pid);
}

function refuseIfHeld(dataDir: string): void {
  for (const { what, file, command } of LOCKS) {
    const pid = Number.parseInt(read(join(dataDir, file)), 10);
    // A number that a crash left behind may belong to anybody by now.
    if (Number.isInteger(pid) && commandLineOf(pid).includes(command)) throw inUse(what, dataDir, pid);
  }
}

function inUse(what: string, dataDir: string, pid: number): DataInUseError {
  return new DataInUseError(
    `${what} runs on ${dataDir}, as process ${pid}. Stop it where it was started; if a killed run left it behind, ` +
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
