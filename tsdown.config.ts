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
 * Builds the package in the current folder for a registry: every entry point and program that `publishConfig` of its
 * `package.json` names, as ES modules with types. Then publint and Are The Types Wrong check what `pnpm pack` makes of it.
 */
const { publishConfig, packed } = Manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { inlined } = packed;
const outputs = [...Object.values(publishConfig.exports), ...Object.values(publishConfig.bin)]
  .map((file) => /^\.\/dist\/(.+)\.js$/.exec(file)?.[1])
  .filter((output) => output !== undefined);

/** A file of inlined libraries alone has no source map: it would be a quarter of the package, and they are not debugged here. */
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
  // Errors of the compiler name types as the sources do, and not by one letter.
  outputOptions: { minifyInternalExports: false },
  sourcemap: true,
  plugins: [ownMaps],
  publint: { strict: true },
  attw: { profile: 'esm-only', level: 'error' },
  deps: {
    alwaysBundle: inlined.map((name) => new RegExp(`^${name}(/|$)`)),
    onlyBundle: inlined,
    // The types of what is inlined are not: an entry point that exposes them imports them.
    dts: { alwaysBundle: [], neverBundle: inlined },
  },
});
