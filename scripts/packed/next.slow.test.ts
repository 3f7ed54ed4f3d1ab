import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { root } from '../start/settings.ts';
import { createOutsideProject, type OutsideProject } from './outside-project.ts';
import { packAll } from './pack.ts';

/*
 * The app of the Next.js guide, built only from the guide's code and the packed packages. @logto/next loads only in a
 * bundler, so a build tests `@latchkey/next`, not an import in Node.
 */
const patience = { timeout: 900_000 };
const archives = mkdtempSync(join(tmpdir(), 'latchkey-archives-'));
const guide = readFileSync(join(root, 'docs/guide/nextjs.md'), 'utf8');
// Vitest sets its own BASE_URL.
const production = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', BASE_URL: undefined };
let project: OutsideProject;

const Versioned = z.object({ version: z.string() });
const versionOf = (name: string): string =>
  Versioned.parse(
    JSON.parse(readFileSync(join(root, 'examples/next/node_modules', name, 'package.json'), 'utf8')),
  ).version;

beforeAll(async () => {
  const packages = packAll(archives);
  const others = [
    'next',
    'react',
    'react-dom',
    '@logto/next',
    '@types/node',
    '@types/react',
    '@types/react-dom',
  ];
  project = await createOutsideProject(packages, {
    ...Object.fromEntries(others.map((name) => [name, versionOf(name)])),
    typescript: '7.0.2',
  });
  for (const { groups } of guide.matchAll(/^```\w* file=(?<file>\S+)\n(?<code>.*?)^```$/gms)) {
    const file = groups?.['file'] ?? '';
    if (file !== '.env' && !file.startsWith('parts/')) project.write(file, groups?.['code'] ?? '');
  }
}, patience.timeout);
afterAll(async () => {
  await project.remove();
  rmSync(archives, { recursive: true, force: true });
});

test(
  'type-checks and builds without a secret; a server without secrets names each missing one',
  patience,
  async () => {
    expect(await project.run('next', ['build'], production)).toMatch(
      /Finished TypeScript[^]*ƒ \/api\/latchkey\/\[\.\.\.path\][^]*ƒ \/reports/,
    );
    await expect(project.run('next', ['start', '--port', '0'], production)).rejects.toThrow(
      /BASE_URL is missing[^]*PERMIT_API_KEY is missing/,
    );
    project.write('src/app/misspelled.ts', misspelled);
    await expect(project.run('next', ['build'], production)).rejects.toThrow(/reports:veiw/);
  },
);

const misspelled = `
import { permissions } from '../latchkey.ts';
export const mayView = () => permissions.can('reports:veiw');
`;
