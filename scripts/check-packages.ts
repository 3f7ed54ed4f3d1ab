import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAll } from './packed/pack.ts';
import { publication } from './packed/publication.ts';

/**
 * Packs the published packages as a registry receives them, and checks the archives with publint and Are The Types
 * Wrong, which find unresolvable `exports` and mismatched types.
 */
const folder = mkdtempSync(join(tmpdir(), 'latchkey-pack-'));
const run = (command: string, ...words: string[]): string =>
  execFileSync(command, words, { encoding: 'utf8' });
try {
  for (const { file } of packAll({ ...publication(), to: folder })) {
    process.stdout.write(run('publint', 'run', file, '--strict'));
    process.stdout.write(run('attw', file, '--profile', 'esm-only', '--quiet'));
  }
} catch (error) {
  const output =
    typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : String(error);
  process.stderr.write(`${output}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
