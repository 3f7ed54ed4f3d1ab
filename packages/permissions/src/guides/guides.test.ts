import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const files = globSync('*.test-d.{ts,tsx}', { cwd: new URL('.', import.meta.url) });
const guides = files.map((file) => {
  const guide = file.split('.', 1)[0];
  const page = read(`../../../../docs/guide/${guide}.md`);
  const snippets = [...page.matchAll(/^```tsx?\n(?<code>.*?)^```$/gms)];
  return { guide, file, snippets: snippets.map(({ groups }) => unindented(groups?.['code'] ?? '')) };
});

test.each(guides)('$guide has code', ({ snippets }) => expect(snippets.length).toBeGreaterThan(2));

test.each(
  guides.flatMap(({ file, guide, snippets }) => snippets.map((snippet) => ({ file, guide, snippet }))),
)('$guide shows code that compiles: $snippet', ({ file, snippet }) => {
  expect(unindented(read(`./${file}`))).toContain(snippet);
});

/** Removes imports, because the guides import the package by name. */
function unindented(code: string): string {
  return code
    .replaceAll(/^import .*\n/gm, '')
    .replaceAll(/^ +/gm, '')
    .trim();
}
