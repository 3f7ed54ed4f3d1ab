import { globSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { root } from '../start/settings.ts';

const Licence = z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]);
const Names = z.record(z.string(), z.unknown()).default({});
const Manifest = z.object({
  name: z.string(),
  version: z.string().default('0.0.0'),
  license: Licence.optional(),
  licenses: z.array(Licence).optional(),
  dependencies: Names,
  optionalDependencies: Names,
});

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** As the package itself says, an SPDX expression as a rule; `undefined` when it does not. */
  readonly licence: string | undefined;
  /** Its folder. */
  readonly folder: string;
  /** The folders of what it needs when it runs, as far as it is installed. */
  readonly needs: readonly string[];
}

function readPackage(folder: string): InstalledPackage | undefined {
  const manifest = Manifest.safeParse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).data;
  if (manifest === undefined) return undefined;
  const { name, version, license, licenses, dependencies, optionalDependencies } = manifest;
  const licence = license ?? (licenses === undefined ? undefined : licenses.join(' OR '));
  const needs = Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((needed) =>
    folderOf(needed, folder),
  );
  return { name, version, licence, folder, needs };
}

/** As Node finds it: in the nearest `node_modules`, which for pnpm is beside the package, and below it for ours. */
function folderOf(name: string, from: string): string[] {
  for (let folder = from; folder.startsWith(root); folder = dirname(folder)) {
    try {
      const found = join(folder, 'node_modules', name);
      return [dirname(realpathSync(join(found, 'package.json')))];
    } catch {
      // Not here: a level higher.
    }
  }
  return [];
}

/** Every package of others that is installed, also for tests and builds. */
export function readInstalled(): readonly InstalledPackage[] {
  const folders = globSync('node_modules/.pnpm/*/node_modules/{*,@*/*}/package.json', { cwd: root }).map(
    (file) => join(root, dirname(file)),
  );
  // What is a link there is a need of another one.
  const own = folders.filter((folder) => realpathSync(folder) === folder);
  return own.flatMap((folder) => readPackage(folder) ?? []);
}

/** What the packages in these folders need when they run, and what that needs. */
export function readNeeded(folders: readonly string[]): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const waiting = [...folders];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const installed = found.has(folder) ? undefined : readPackage(folder);
    if (installed === undefined) continue;
    found.set(folder, installed);
    waiting.push(...installed.needs);
  }
  return [...found.values()];
}
