import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const source = import.meta.dirname;

/** What an entry point imports at run time, directly or through its own files. */
function packagesOf(entry: string): Set<string> {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, clause = '', specifier = ''] of text.matchAll(
      /^(?:import|export)\s+([^'";]*?)\s*from\s+'([^']+)'/gm,
    )) {
      const names = clause
        .replaceAll(/[{}\s]/g, ' ')
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean);
      if (clause.startsWith('type ') || names.every((name) => name.startsWith('type '))) continue;
      if (specifier.startsWith('.')) visit(join(dirname(file), specifier));
      else packages.add(specifier);
    }
    for (const [, specifier = ''] of text.matchAll(/import\('([^']+)'\)/g)) packages.add(specifier);
  };
  visit(join(source, entry));
  return packages;
}

test('the browser entry points import no Node module, no Permit SDK and no server package', () => {
  expect([...packagesOf('core/index.ts')]).toEqual([]);
  expect([...packagesOf('react/index.ts')]).toEqual(['react']);
  expect([...packagesOf('fetch/index.ts')]).toEqual([]);
});

test('the server entry points import these packages (proves that imports are detected)', () => {
  expect(packagesOf('permit/index.ts')).toContain('undici');
  expect([...packagesOf('trpc/index.ts')].toSorted()).toEqual(['@trpc/server']);
});
