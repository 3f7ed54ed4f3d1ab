import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ownerOnly = { mode: 0o600 };

/** The folder is open in another process. */
class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
  readonly code = 'STORE_LOCKED';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * When a process started: the boot, and the ticks since then. Undefined where there is no `/proc`, and when the
 * process has ended.
 */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses. It may contain spaces and parentheses.
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return started === undefined ? undefined : `${read('/proc/sys/kernel/random/boot_id').trim()}/${started}`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A process in a lock file: `<pid> <start>`. The start tells it from a later process with the same pid. */
const me = (): string => `${process.pid} ${startOf(process.pid) ?? ''}`;

/** The pid of the other process that a lock file names, if that process still runs. */
function otherIn(text: string): number | undefined {
  const [first, start = ''] = text.trim().split(' ');
  const pid = Number(first || Number.NaN);
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isRunning(pid)) return undefined;
  const actual = startOf(pid);
  return start === '' || actual === undefined || start === actual ? pid : undefined;
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/**
 * Runs `change` while no other process does. Each process first writes its own file and then looks for the files of
 * others, so that of two processes at least one sees the other and steps back. No file is ever replaced by another
 * process: files of processes that have ended can be removed safely.
 */
function alone(dir: string, change: () => void): void {
  const own = `lock.${process.pid}`;
  for (let attempt = 1; ; attempt += 1) {
    writeFileSync(join(dir, own), me(), ownerOnly);
    try {
      const others = readdirSync(dir).filter((name) => /^lock\.\d+$/.test(name) && name !== own);
      // The file of a process that is just writing it is empty. Its name is the pid.
      const holders = others.flatMap(
        (name) => otherIn(read(join(dir, name)) || name.slice('lock.'.length)) ?? [],
      );
      const [holder] = holders;
      if (holder === undefined) {
        for (const name of others) rmSync(join(dir, name), { force: true });
        change();
        return;
      }
      if (attempt === 100) throw new StoreLockedError(`${dir} is in use by process ${holder}.`);
    } finally {
      rmSync(join(dir, own), { force: true });
    }
    pause(1 + Math.random() * 20);
  }
}

/**
 * Locks the folder for this process, and returns the function that unlocks it. A lock of a process that has ended is
 * taken over.
 * @throws StoreLockedError
 */
export function lock(dir: string): () => void {
  const file = join(dir, 'lock');
  const mine = me();
  alone(dir, () => {
    const holder = otherIn(read(file));
    if (holder !== undefined) throw new StoreLockedError(`${dir} is in use by process ${holder}.`);
    const fresh = join(dir, `lock.${process.pid}.new`);
    writeFileSync(fresh, mine, ownerOnly);
    renameSync(fresh, file);
  });
  return () => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
}
