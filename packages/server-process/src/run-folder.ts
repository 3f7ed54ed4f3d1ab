import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const prefix = 'latchkey-test-';

/**
 * Makes `tmpdir()` a new folder in this process and in all that it starts, unless it is within such a run already. When this process ends,
 * also by a SIGKILL, another one ends what was started and still runs, and removes the folder. Vitest's global setup, too.
 */
export default function openRunFolder(): void {
  if (basename(tmpdir()).startsWith(prefix)) return;
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const sweeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('sweep-run-folder.ts', import.meta.url)), folder],
    // A process group of its own: a signal to the group of the run must not end it.
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  sweeper.unref();
  // oxlint-disable-next-line node/no-process-env -- for every process that the run starts
  process.env['TMPDIR'] = folder;
}
