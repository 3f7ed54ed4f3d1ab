import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const guides = ['lists', 'moving-from-casl', 'moving-from-permitio', 'reference-policy'].map((guide) => ({
  guide,
  snippets: [...read(`../../../../docs/guide/${guide}.md`).matchAll(/^```ts\n(?<code>.*?)^```$/gms)].map(
    ({ groups }) => unindented(groups?.['code'] ?? ''),
  ),
}));

test.each(guides)('$guide has code', ({ snippets }) => expect(snippets.length).toBeGreaterThan(2));

test.each(guides.flatMap(({ guide, snippets }) => snippets.map((snippet) => ({ guide, snippet }))))(
  '$guide shows code that compiles: $snippet',
  ({ guide, snippet }) => {
    expect(unindented(read(`./${guide}.test-d.ts`))).toContain(snippet);
  },
);

/** Removes imports, because the guides import the package by name. */
function unindented(code: string): string {
  return code
    .replaceAll(/^import .*\n/gm, '')
    .replaceAll(/^ +/gm, '')
    .trim();
}
