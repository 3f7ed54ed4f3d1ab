import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createSupervisor, readLogLine } from './supervisor.ts';

test.each([
  ['{"level":50,"msg":"failed","err":{"message":"why"}}', 'stdout', { level: 50, text: 'failed: why' }],
  ['{"url":"http://localhost"}', 'stdout', { level: 30, text: '{"url":"http://localhost"}' }],
  ['\u001B[32mready\u001B[39m', 'stdout', { level: 30, text: 'ready' }],
  ['Error: no', 'stderr', { level: 40, text: 'Error: no' }],
] as const)('%s on %s', (line, source, expected) => {
  expect(readLogLine(line, source)).toEqual(expected);
});

test('programs of node_modules/.bin run with the Node of start, whatever is in PATH', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-supervisor-'));
  const settings = { dataDir, environment: { PATH: '/usr/bin:/bin' } };
  const supervisor = createSupervisor({ settings, report: { childLine: () => {} }, verbose: false });
  vi.stubEnv('PATH', '/usr/bin:/bin');
  try {
    const running = supervisor.once('node', { program: 'sh', args: ['-c', 'node -p process.execPath'] });
    expect(await running).toBe(process.execPath);
  } finally {
    vi.unstubAllEnvs();
    rmSync(dataDir, { recursive: true });
  }
});
