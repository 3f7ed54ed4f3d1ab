import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const guide = ['permissions-in-ten-minutes', 'agents']
  .map((name) => readFileSync(new URL(`../../../docs/guide/${name}.md`, import.meta.url), 'utf8'))
  .join('\n');
const snippets = [...guide.matchAll(/^```(?:tsx?|yaml)(?<info>[^\n]*)\n(?<code>.*?)^```$/gms)].map(
  ({ groups }) => ({
    file: /^ file=(?<file>\S+)$/.exec(groups?.['info'] ?? '')?.groups?.['file'],
    code: groups?.['code'],
  }),
);

test('every snippet of the guide names its file', () => {
  expect(snippets.length).toBeGreaterThan(8);
  expect(snippets.filter(({ file }) => file === undefined)).toEqual([]);
});

test.each(snippets)('the snippet of $file equals the file', ({ file = '', code }) => {
  expect(code).toBe(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
});

test('the guide installs the versions that it is tested with', () => {
  const catalog = readFileSync(new URL('../../../pnpm-workspace.yaml', import.meta.url), 'utf8');
  const pinned = [...guide.matchAll(/(?<=^npm install.* )(?<name>@?[\w/-]+)@(?<version>\d[\w.-]*)/gm)];
  expect(pinned.length).toBeGreaterThan(2);
  // The peer dependencies of @trpc/react-query require the other tRPC packages in exactly its own version.
  for (const { groups: { name = '', version } = {} } of pinned)
    expect(catalog).toContain(`  '${name.startsWith('@trpc/') ? '@trpc/react-query' : name}': ${version}\n`);
});

const readme = readFileSync(new URL('../../../packages/permissions/README.md', import.meta.url), 'utf8');
const excerpts = [...readme.matchAll(/^```tsx?\n(?<code>.*?)^```$/gms)].map(
  ({ groups }) => groups?.['code'] ?? '',
);
const sources = snippets.map(({ code = '' }) => unindented(code)).join('');

test.each(excerpts)('the README of permissions quotes the guide: %s', (excerpt) => {
  expect(sources).toContain(unindented(excerpt));
});

function unindented(code: string): string {
  return code.replaceAll(/^ +/gm, '');
}
