import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setInterval } from 'node:timers/promises';
import { commandLineOf } from '@latchkey/embedded-postgres';

/**
 * Resolves when this process should stop: on Ctrl-C, on a signal, or when the `npx` or `pnpm` that started it exits.
 * npx and pnpm do not forward a signal that only they receive; without this check, `start` would keep running in the
 * background.
 *
 * @param onSecondSignal - called at every signal after the first
 */
export async function waitForStop(onSecondSignal: () => void): Promise<void> {
  let signals = 0;
  const signalled = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        signals += 1;
        if (signals > 1) onSecondSignal();
        resolve();
      });
    }
  });
  await Promise.race([signalled, waitForLauncherExit()]);
}

async function waitForLauncherExit(): Promise<void> {
  const pids = launchers();
  for await (const _ of setInterval(500, undefined, { ref: false })) {
    if (pids.some((pid) => isGone(pid))) return;
  }
}

/**
 * The package managers among the ancestors of this process, and the shells between them: `npx`, its shell, `pnpm`, its
 * shell, the shell of `node_modules/.bin/node`. The ancestors above belong to the user (a login shell, a terminal) and
 * may exit while `start` keeps running in the background.
 */
function launchers(): number[] {
  const chain: { pid: number; isManager: boolean }[] = [];
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    const line = commandLineOf(pid);
    const isManager = /^(\S*\/)?(npm|npx|pnpm|node\s+\S*\b(npm|npx|pnpm|corepack))\b/.test(line);
    if (!isManager && !/^\S*sh\s/.test(line)) break;
    chain.push({ pid, isManager });
  }
  return chain.slice(0, chain.findLastIndex(({ isManager }) => isManager) + 1).map(({ pid }) => pid);
}

/** 0 if there is none. A small Linux may lack ps(1); in `/proc` the parent is the fourth field, after the name in parentheses. */
function parentOf(pid: number): number {
  try {
    return process.platform === 'linux'
      ? Number(/.*\)\s\S+\s(\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0)
      : Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return 0;
  }
}

function isGone(pid: number): boolean {
  if (process.platform === 'linux') return commandLineOf(pid) === '';
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
