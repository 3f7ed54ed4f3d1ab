import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setInterval } from 'node:timers/promises';
import { commandLineOf } from '@latchkey/embedded-postgres';

/**
 * Resolves when somebody wants the end: Ctrl-C, a signal, or the end of the `npx` or `pnpm` that started us. Those do
 * not hand on a signal that is sent to them alone, and would leave us running unseen.
 *
 * @param impatience - called when a signal comes again
 */
export async function stopRequest(impatience: () => void): Promise<void> {
  let signals = 0;
  const signalled = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        signals += 1;
        if (signals > 1) impatience();
        resolve();
      });
    }
  });
  await Promise.race([signalled, launcherGone()]);
}

async function launcherGone(): Promise<void> {
  const pids = launchers();
  for await (const _ of setInterval(500, undefined, { ref: false })) {
    if (pids.some((pid) => isGone(pid))) return;
  }
}

/**
 * The package managers above us and the shells between them: `npx`, its shell, `pnpm`, its shell, the shell of
 * `node_modules/.bin/node`. What lies above is the person's own, and may end while we run on in the background.
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

/** 0 where there is none. ps(1) may be missing on a small Linux; `/proc` has it as the fourth field, after a name in parentheses. */
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
