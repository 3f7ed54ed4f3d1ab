import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { referencePage } from './reference-page.ts';

test('the CLI reference is up to date: "pnpm reference" writes it', async () => {
  const page = await readFile(new URL('../../../../docs/guide/cli.md', import.meta.url), 'utf8');
  expect(page).toBe(await referencePage());
  expect(page).toContain('## latchkey sync status');
  expect(page).not.toMatch(/\b(?:may|somebody|whoever)\b/i);
});
