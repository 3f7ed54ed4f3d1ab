import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runCli } from '../testing/run-cli.ts';

test('the docs list every command: "pnpm reference" writes them', async () => {
  const page = await readFile(new URL('../../../../docs/guide/cli.md', import.meta.url), 'utf8');
  const { printed } = await runCli(['__reference'], { color: true });
  expect(page).toBe(`${printed.join('\n')}\n`);
  expect(page).toContain('## latchkey sync status');
});
