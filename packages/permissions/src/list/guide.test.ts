import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const compiled = unindented(read('./guide.test-d.ts'));
const snippets = [...read('../../../../docs/guide/lists.md').matchAll(/^```ts\n(?<code>.*?)^```$/gms)].map(
  ({ groups }) => unindented(groups?.['code'] ?? ''),
);

test('the guide has code', () => expect(snippets.length).toBeGreaterThan(4));

test.each(snippets)('the guide shows code that compiles: %s', (snippet) => {
  expect(compiled).toContain(snippet);
});

/** Without imports: the doors have functions of the same name. */
function unindented(code: string): string {
  return code
    .replaceAll(/^import .*\n/gm, '')
    .replaceAll(/^ +/gm, '')
    .trim();
}
