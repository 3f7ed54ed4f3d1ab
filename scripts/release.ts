import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAll } from './packed/pack.ts';
import { publication } from './packed/publication.ts';
import { readOptions } from './read-options.ts';

const usage = `Packs every published package and publishes those whose version the registry does not have.

  pnpm release [--dry-run] [--provenance]

  --dry-run     print what would be published
  --provenance  attest where and from what the archives were built; takes a supported CI, and publication.repository in package.json
  --help        print this
`;

const isPublished = (name: string, version: string): boolean =>
  spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' }).stdout.trim() === version;

const run = (command: string, words: readonly string[]): void => {
  execFileSync(command, words, { stdio: ['ignore', 'inherit', 'inherit'] });
};

const { 'dry-run': dryRun = false, provenance = false } = readOptions(usage, {
  'dry-run': { type: 'boolean' },
  provenance: { type: 'boolean' },
});
const folder = mkdtempSync(join(tmpdir(), 'latchkey-release-'));
try {
  for (const { name, version, file } of packAll({ ...publication(), to: folder })) {
    if (isPublished(name, version)) {
      process.stdout.write(`${name}@${version} is published.\n`);
      continue;
    }
    const words = ['publish', file, '--access', 'public'];
    if (dryRun) words.push('--dry-run');
    if (provenance) words.push('--provenance');
    run('npm', words);
  }
  // Prints the new tags, from which the workflow creates releases.
  if (!dryRun) run('changeset', ['tag']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
