import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { root } from '../start/settings.ts';
import { Manifest, publishedManifest, scoped } from './manifest.ts';
import { publishedReadme } from './published-readme.ts';

/** The output folder, and the scope and repository to publish with. */
export interface PackOptions {
  readonly to: string;
  readonly scope: string;
  readonly repository?: string | undefined;
}

/** One packed package. `file` is the path of its archive. */
export interface Archive {
  readonly name: string;
  readonly version: string;
  readonly file: string;
}

const documents = ['README.md', 'SUPPORTED.md', 'CHANGELOG.md'];

const Visibility = z.object({ private: z.boolean().default(false) });

/** The folders of the published packages: all non-private packages of the workspace. */
function publishedFolders(): string[] {
  return globSync(['packages/*', 'apps/*'], { cwd: root })
    .filter((folder) => !Visibility.parse(readJson(join(root, folder, 'package.json'))).private)
    .toSorted();
}

/** Builds and packs every published package. Turbo builds only changed ones. */
export function packAll(options: PackOptions): Archive[] {
  const folders = publishedFolders();
  build(folders.map((folder) => manifestIn(folder).name));
  const staging = mkdtempSync(join(tmpdir(), 'latchkey-stage-'));
  try {
    const staged = folders.map((folder) => stage(folder, join(staging, basename(folder)), options));
    return npmPack(staged, options.to);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function manifestIn(folder: string): Manifest {
  return Manifest.parse(readJson(join(root, folder, 'package.json')));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const Workspace = z.object({ packageManager: z.string() });

/** Turbo calls pnpm, which may not be installed: npx fetches the version that the workspace names. */
function build(names: readonly string[]): void {
  const { packageManager } = Workspace.parse(readJson(join(root, 'package.json')));
  const filters = names.map((name) => `--filter=${name}`);
  const words = [
    '-y',
    packageManager,
    'exec',
    'turbo',
    'run',
    'build',
    '--output-logs=errors-only',
    ...filters,
  ];
  execFileSync('npx', words, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
}

const Versioned = z.object({ version: z.string() });

/** Collects the archive's contents. @returns the folder */
function stage(folder: string, to: string, { scope, repository }: PackOptions): string {
  const source = join(root, folder);
  const versionOf = (dependency: string): string =>
    Versioned.parse(readJson(join(source, 'node_modules', dependency, 'package.json'))).version;
  mkdirSync(to);
  cpSync(join(source, 'dist'), join(to, 'dist'), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(to, 'LICENSE'));
  const shipped = documents.filter((document) => existsSync(join(source, document)));
  for (const document of shipped) {
    const text = readFileSync(join(source, document), 'utf8');
    writeFileSync(join(to, document), publishedReadme(text, { folder, repository, shipped }));
  }
  const manifest = publishedManifest(manifestIn(folder), { scope, repository, folder, versionOf });
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const file of globSync('**/*.{js,ts,map,md}', { cwd: to })) {
    const path = join(to, file);
    const text = readFileSync(path, 'utf8');
    const renamed = scoped(text, scope);
    if (renamed !== text) writeFileSync(path, renamed);
  }
  return to;
}

const Packed = z.array(z.object({ name: z.string(), version: z.string(), filename: z.string() }));

function npmPack(folders: readonly string[], to: string): Archive[] {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', to, ...folders];
  const packed = Packed.parse(JSON.parse(execFileSync('npm', words, { encoding: 'utf8' })));
  return packed.map(({ name, version, filename }) => ({ name, version, file: join(to, filename) }));
}
