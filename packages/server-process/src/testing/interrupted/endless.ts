import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, inject, test } from 'vitest';
import { startServerProcess } from '../../server-process.ts';

test('does not end, nor do the processes that it starts', async () => {
  const program = join(import.meta.dirname, 'deaf-server.ts');
  const server = await startServerProcess({ DATABASE_URL: inject('postgresUrl') }, program);
  const emulator = spawn(process.execPath, [program]);
  const pids = [process.pid, process.ppid, server.pid, emulator.pid];
  await writeFile(join(tmpdir(), 'pids.json'), JSON.stringify(pids));
  await expect(new Promise(() => {})).resolves.toBe('the run is interrupted before');
});
