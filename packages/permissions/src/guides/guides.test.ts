import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const files = globSync('*.{ts,tsx}', { cwd: new URL('.', import.meta.url) });
const compiled = files.map((file) => unindented(read(`./${file}`))).join('\n');
const guides = files.filter((file) => file.includes('.test-d.')).map((file) => file.split('.', 1)[0]);

test.each(guides)('%s shows only code that compiles', (guide) => {
  const page = read(`../../../../docs/guide/${guide}.md`);
  const snippets = [...page.matchAll(/^```tsx?\n(?<code>.*?)^```$/gms)];
  expect(snippets.length).toBeGreaterThan(2);
  for (const { groups } of snippets) expect(compiled).toContain(unindented(groups?.['code'] ?? ''));
});

/** Removes imports, because the guides import the package by name. */
function unindented(code: string): string {
  return code
    .replaceAll(/^import .*\n/gm, '')
    .replaceAll(/^ +/gm, '')
    .trim();
}
