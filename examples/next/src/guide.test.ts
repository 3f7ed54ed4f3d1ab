import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const snippets = [
  ...read('../../docs/guide/nextjs.md').matchAll(/^```\w* file=(?<file>\S+)\n(?<code>.*?)^```$/gms),
].map(({ groups }) => ({ file: groups?.['file'] ?? '', code: groups?.['code'] ?? '' }));
const codeOf = (file: string): string | undefined => snippets.find((snippet) => snippet.file === file)?.code;

/** Only in a project outside this workspace. `scripts/packed/next.slow.test.ts` reads them from the guide. */
const outside = ['.env', 'logto.yaml', 'next.config.ts', 'src/policy.ts', 'tsconfig.json'];
const sources = globSync('**/*.{ts,tsx}', { cwd: new URL('.', import.meta.url) })
  .filter((file) => !file.includes('.test.'))
  .map((file) => `src/${file}`);

test('the guide shows every file of the app', () => {
  const parts = snippets.map(({ file }) => file).filter((file) => file.startsWith('parts/'));
  expect(snippets.map(({ file }) => file).toSorted()).toEqual(
    [...outside, ...sources.filter((file) => file !== 'src/policy.ts'), ...parts].toSorted(),
  );
  expect(parts).toEqual(['parts/gated-button.tsx']);
});

test.each(snippets.filter(({ file }) => !outside.includes(file)))(
  'the snippet of $file equals the file',
  ({ file, code }) => {
    expect(code).toBe(read(file));
  },
);

test('the app has at most 70 lines, not counting the shared policy, blank lines and comments', () => {
  const own = sources.filter((file) => file !== 'src/policy.ts').map(read);
  const lines = [...own, codeOf('next.config.ts') ?? ''].flatMap((code) => code.split('\n'));
  const counted = lines.filter((line) => !/^\s*(\/\/.*|\/\*\*.*\*\/)?$/.test(line));
  expect(counted.length).toBeLessThanOrEqual(70);
  expect(counted.length).toBeGreaterThan(30);
});
