import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Rolldown } from 'tsdown';
import { entriesOf, Manifest } from './scripts/packed/manifest.ts';

/**
 * Builds the package in the current folder for a registry: every entry point and program that its `package.json` names, as ES
 * modules with types. A new entry point needs nothing here.
 */
const manifest = Manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { inlined } = manifest.packed;

/** A file of inlined libraries alone has no source map: it would be a quarter of the package, and nobody debugs them here. */
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
  entry: entriesOf(manifest),
  platform: 'node',
  target: 'node22.19',
  fixedExtension: false,
  dts: true,
  sourcemap: true,
  plugins: [ownMaps],
  deps: {
    alwaysBundle: inlined.map((name) => new RegExp(`^${name}(/|$)`)),
    onlyBundle: inlined,
    // The types of what is inlined are not: an entry point that shows them says so by an import.
    dts: { alwaysBundle: [], neverBundle: inlined },
  },
});
