import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

const Manifest = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.optional(z.array(z.string())), isEntry: z.optional(z.boolean()) }),
);

const manifest = Manifest.parse(JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8')));

/** The files of the given modules and of all their static imports, without duplicates. Excludes dynamic imports. */
function filesOf(modules: readonly string[], seen = new Set<string>()): string[] {
  return modules.flatMap((name) => {
    const chunk = manifest[name];
    if (chunk === undefined) throw new TypeError(`The build has no ${name}.`);
    if (seen.has(chunk.file)) return [];
    seen.add(chunk.file);
    return [`dist/${chunk.file}`, ...filesOf(chunk.imports ?? [], seen)];
  });
}

const everyPage = ['index.html', 'src/i18n/messages.en.ts'];
const console = [...everyPage, 'src/start.tsx', 'src/layout/layout.tsx'];

/**
 * Limits on the gzipped JavaScript that loads before a page is usable. Except for the first, they apply to a user who
 * has a valid stored access token.
 */
export default [
  {
    name: 'first load, signed out',
    path: filesOf([...everyPage, 'src/landing.tsx', 'src/features/landing/messages.en.ts']),
    gzip: true,
    limit: '130 kB',
  },
  {
    name: 'first load, reports',
    path: filesOf([
      ...console,
      'src/features/reports/reports-page.tsx',
      'src/features/reports/messages.en.ts',
    ]),
    gzip: true,
    limit: '200 kB',
  },
];
