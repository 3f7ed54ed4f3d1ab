import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineOf } from '@latchkey/embedded-postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-launcher-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script as a package manager does: as the child of a shell, which is its own child. */
async function launch(name: string): Promise<{ launcher: ReturnType<typeof spawn>; pid: number }> {
  const module = new URL('launcher-exit.ts', import.meta.url).href;
  const script = join(folder, 'script.mjs');
  writeFileSync(
    script,
    `import { launcherExit } from ${JSON.stringify(module)};
    setTimeout(() => process.exit(1), 120_000);
    process.on('SIGTERM', () => process.exit(0));
    void launcherExit().then(() => process.exit(0));
    console.log(process.pid);`,
  );
  const file = join(folder, name);
  const command = `'${process.execPath}' '${script}'; true`;
  writeFileSync(
    file,
    `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit' });`,
  );
  const launcher = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(launcher.stdout, 'data');
  return { launcher, pid: Number(line) };
}

test.each(['npx', 'pnpm'])('resolves when only the %s above the shell is killed', async (name) => {
  const { launcher, pid } = await launch(name);
  launcher.kill('SIGKILL');
  await expect.poll(() => commandLineOf(pid)).toBe('');
});
