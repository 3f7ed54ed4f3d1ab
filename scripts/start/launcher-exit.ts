import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setInterval } from 'node:timers/promises';
import { commandLineOf } from '@latchkey/embedded-postgres';

/**
 * Resolves when the `npx` or `pnpm` that started this process exits, because they do not forward a signal sent to them
 * alone. Does not prevent the process from exiting.
 */
export async function launcherExit(): Promise<void> {
  const managers = findManagers();
  for await (const _ of setInterval(500, undefined, { ref: false })) {
    if (managers.some((pid) => commandLineOf(pid) === '')) return;
  }
}

/**
 * Finds the package managers among this process's ancestors, up to the first ancestor that is neither a package manager
 * nor a shell. Those above belong to the user, such as a terminal, and may exit while this process continues in the
 * background.
 */
function findManagers(): number[] {
  const managers: number[] = [];
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    const line = commandLineOf(pid);
    if (/^(\S*\/)?(npm|npx|pnpm|node\s+\S*\b(npm|npx|pnpm|corepack))\b/.test(line)) managers.push(pid);
    else if (!/^\S*sh\s/.test(line)) break;
  }
  return managers;
}

/**
 * 0 without a parent. Linux may lack ps(1): in `/proc`, the parent is the fourth field, after the name in parentheses.
 */
function parentOf(pid: number): number {
  try {
    return process.platform === 'linux'
      ? Number(/.*\)\s\S+\s(\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0)
      : Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return 0;
  }
}
