import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Packs what is publishable as a registry would get it, and has publint and Are The Types Wrong look at the archives:
 * `exports` that lead nowhere or types that do not match are found here and not by whoever installs them.
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
