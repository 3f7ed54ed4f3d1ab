import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './settings.ts';
import type { Supervisor } from './supervisor.ts';

/** The built server; see `apps/server/tsdown.config.ts`. */
export const builtServer = 'apps/server/dist/main.js';

export const vite = (...options: readonly string[]) => ({
  args: ['node_modules/vite/bin/vite.js', ...options],
  cwd: join(root, 'apps/web'),
});

const inputs = ['apps/web', 'apps/server', 'packages', 'package.json', 'pnpm-lock.yaml'];
const ignored = new Set(['node_modules', 'dist', 'test-results', '.tsbuild']);

/** Builds the web app into a folder, and the server, unless both are built from the current sources. */
export async function buildForProduction(webFolder: string, supervisor: Supervisor): Promise<string> {
  const file = `${webFolder}.sources`;
  const files = inputs.flatMap((path) => filesIn(join(root, path)));
  const sources = `${files.length} files, the last from ${Math.max(...files.map(({ mtimeMs }) => mtimeMs))}`;
  const isBuilt = [file, join(webFolder, 'index.html'), join(root, builtServer)].every((path) =>
    existsSync(path),
  );
  if (isBuilt && readFileSync(file, 'utf8') === sources) return 'Web app and server are up to date.';
  await Promise.all([
    supervisor.once('build', vite('build', '--outDir', webFolder, '--emptyOutDir')),
    supervisor.once('build-server', {
      args: ['node_modules/tsdown/dist/run.mjs'],
      cwd: join(root, 'apps/server'),
    }),
  ]);
  writeFileSync(file, sources);
  return 'Web app and server, as they ship.';
}

function filesIn(path: string): { readonly mtimeMs: number }[] {
  const stats = statSync(path);
  if (!stats.isDirectory()) return [stats];
  return readdirSync(path).flatMap((name) => (ignored.has(name) ? [] : filesIn(join(path, name))));
}
