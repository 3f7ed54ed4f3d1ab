import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const guide = readFileSync(new URL('../../../docs/guide/nextjs.md', import.meta.url), 'utf8');
const snippets = [...guide.matchAll(/^```tsx? file=(?<file>\S+)\n(?<code>.*?)^```$/gms)].map(
  ({ groups }) => ({
    file: groups?.['file'] ?? '',
    code: groups?.['code'],
  }),
);

test('the guide shows the environment, the gate, the page, the action and the webhook', () => {
  expect(snippets.map(({ file }) => file)).toEqual([
    'src/lib/env.ts',
    'src/lib/logto.ts',
    'src/app/callback/route.ts',
    'src/lib/permissions.ts',
    'src/app/reports/page.tsx',
    'src/app/actions.ts',
    'src/app/reports/error.tsx',
    'src/app/api/webhooks/logto/route.ts',
  ]);
});

test.each(snippets)('the snippet of $file equals the file', ({ file, code }) => {
  expect(code).toBe(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
});
