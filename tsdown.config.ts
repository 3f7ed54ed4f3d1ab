import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsdown';
import { entriesOf, Manifest } from './scripts/packed/manifest.ts';

/**
 * Builds the package in the current folder for a registry: every door and program that its `package.json` names, as ES
 * modules with types. A new door needs nothing here.
 */
const manifest = Manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { inlined } = manifest.packed;

export default defineConfig({
  cwd: process.cwd(),
  entry: entriesOf(manifest),
  platform: 'node',
  target: 'node22.19',
  fixedExtension: false,
  dts: true,
  sourcemap: true,
  deps: {
    alwaysBundle: inlined.map((name) => new RegExp(`^${name}(/|$)`)),
    onlyBundle: inlined,
    // The types of what is inlined are not: a door that shows them says so by an import.
    dts: { alwaysBundle: [], neverBundle: inlined },
  },
});
