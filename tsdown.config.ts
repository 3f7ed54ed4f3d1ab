import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Rolldown } from 'tsdown';
import { z } from 'zod';

const Files = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  publishConfig: z.object({ exports: Files, bin: Files }),
  /** Dependencies that are bundled into `dist`, so that consumers do not install them. */
  packed: z.object({ inlined: z.array(z.string()).default([]) }).prefault({}),
});

/**
 * Builds the package in the current folder for a registry: the entry points and programs in `publishConfig` of its
 * `package.json`, as ES modules with types. Then publint and Are The Types Wrong check the result of `pnpm pack`.
 */
const { publishConfig, packed } = Manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { inlined } = packed;
const outputs = [...Object.values(publishConfig.exports), ...Object.values(publishConfig.bin)]
  .map((file) => /^\.\/dist\/(.+)\.js$/.exec(file)?.[1])
  .filter((output) => output !== undefined);

/** Removes the source maps of files that contain only inlined libraries: they would be a quarter of the package. */
const ownMaps: Rolldown.Plugin = {
  name: 'own-maps',
  writeBundle({ dir = 'dist' }, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || !chunk.moduleIds.every((id) => /node_modules|^\0/.test(id))) continue;
      const file = join(dir, chunk.fileName);
      rmSync(`${file}.map`, { force: true });
      writeFileSync(file, chunk.code.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'));
    }
  },
};

export default defineConfig({
  cwd: process.cwd(),
  entry: Object.fromEntries(outputs.map((output) => [output, `./src/${output}.ts`])),
  platform: 'node',
  target: 'node22.19',
  fixedExtension: false,
  dts: true,
  // Keeps the type names of the sources in compiler errors, instead of single letters.
  outputOptions: { minifyInternalExports: false },
  sourcemap: true,
  plugins: [ownMaps],
  publint: { strict: true },
  attw: { profile: 'esm-only', level: 'error' },
  deps: {
    alwaysBundle: inlined.map((name) => new RegExp(`^${name}(/|$)`)),
    onlyBundle: inlined,
    // Types of inlined dependencies are not inlined: entry points that expose them import them.
    dts: { alwaysBundle: [], neverBundle: inlined },
  },
});
