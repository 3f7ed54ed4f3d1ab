import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Packs the publishable packages as a registry receives them, and checks the archives with publint and Are The Types Wrong:
 * both find `exports` that lead nowhere and types that do not match.
 */
const packages = ['packages/permit-engine', 'packages/permissions'];

const folder = mkdtempSync(join(tmpdir(), 'latchkey-pack-'));
const run = (command: string, ...words: string[]): string =>
  execFileSync(command, words, { encoding: 'utf8' });
try {
  for (const path of packages) {
    const packed: unknown = JSON.parse(
      run('pnpm', '--dir', path, 'pack', '--json', '--pack-destination', folder),
    );
    const archive =
      typeof packed === 'object' && packed !== null && 'filename' in packed ? String(packed.filename) : '';
    process.stdout.write(run('publint', 'run', archive, '--strict'));
    process.stdout.write(run('attw', archive, '--profile', 'esm-only', '--quiet'));
  }
} catch (error) {
  const output =
    typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : String(error);
  process.stderr.write(`${output}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
