import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import { root } from '../start/settings.ts';

const Listed = z.record(z.string(), z.array(z.object({ name: z.string(), versions: z.array(z.string()) })));

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** The package's own declaration, usually an SPDX expression; `Unknown` without one. */
  readonly licence: string;
}

/** All installed third-party packages, including development dependencies, from `pnpm licenses`. */
export function readInstalled(): readonly InstalledPackage[] {
  const listed = execFileSync('npx', ['-y', 'pnpm@10.34.9', 'licenses', 'list', '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 ** 2,
    stdio: 'pipe',
  });
  return Object.entries(Listed.parse(JSON.parse(listed))).flatMap(([licence, packages]) =>
    packages.flatMap(({ name, versions }) => versions.map((version) => ({ name, version, licence }))),
  );
}

/** SPDX ids of permissive licences, which require only their own text. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** Other licences, each allowed only for the packages for which it was reviewed. */
const exceptions: readonly { readonly licence: string; readonly name: RegExp; readonly why: string }[] = [
  { licence: 'OFL-1.1', name: /^(?:@fontsource-variable\/geist-mono|pretendard)$/, why: 'fonts, unchanged' },
  {
    licence: 'MPL-2.0',
    name: /^(?:@axe-core\/playwright|axe-core|@logto\/api|lightningcss(?:-.+)?)$/,
    why: 'for tests and builds only',
  },
  { licence: 'BSD', name: /^speakingurl$/, why: 'BSD-3-Clause by its other field' },
  { licence: 'CC-BY-4.0', name: /^caniuse-lite$/, why: 'data for builds only' },
  {
    licence: 'LGPL-3.0-or-later',
    name: /^@img\/sharp-libvips-/,
    why: 'of the example for Next.js, unchanged and linked dynamically',
  },
];

export function withoutLeave(packages: readonly InstalledPackage[]): readonly string[] {
  return packages
    .filter(({ name, licence }) => !isAllowed(licence, name))
    .map(({ name, version, licence }) => `${name}@${version}: ${licence}`);
}

/** `A OR B` needs one allowed licence, `A AND B` needs both. An expression with both operators needs all of them. */
function isAllowed(expression: string, name: string): boolean {
  const parts = expression.replaceAll(/[()]/g, '').split(/ (?:OR|AND) /);
  const allows = (licence: string): boolean =>
    permissive.has(licence) || exceptions.some((one) => one.licence === licence && one.name.test(name));
  return expression.includes(' AND ') ? parts.every(allows) : parts.some(allows);
}
