import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Holds every temporary file of the test run. */
    readonly runFolder: string;
  }
}

/**
 * Vitest's global setup: makes `tmpdir()` a new folder for this test run, `latchkey-test-*`, in all of its processes, unless
 * another project of the run has done so. When the run ends, also by a SIGKILL, another process ends what the run has started
 * and still runs, and removes the folder.
 */
export default function openRunFolder({ vitest }: TestProject): void {
  const root = vitest.getRootProject();
  if (root.getProvidedContext().runFolder !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  const sweeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('sweep-run-folder.ts', import.meta.url)), folder],
    // A process group of its own: a signal to the group of the run must not end it.
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  sweeper.unref();
  // oxlint-disable-next-line node/no-process-env -- for every process that the run starts
  process.env['TMPDIR'] = folder;
  root.provide('runFolder', folder);
}
