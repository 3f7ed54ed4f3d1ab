import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { expect, test } from './console-test.ts';
import { enterCredentials } from './sign-in.ts';
import { parseStack, type Stack, root, startSystem } from './start-system.ts';

const run = promisify(execFile);

/** Runs the CLI with the installation's keys. */
async function latchkey(words: readonly string[], { permitApi, permitApiKey }: Stack): Promise<void> {
  await run(process.execPath, ['apps/cli/src/main.ts', ...words], {
    cwd: root,
    env: { ...process.env, PERMIT_API_URL: permitApi, PERMIT_API_KEY: permitApiKey },
  });
}

const Scope = z.object({ project_id: z.string(), environment_id: z.string() });

/** Removes a role in Permit, as an administrator would by hand. */
async function removeRole(role: string, { permitApi, permitApiKey }: Stack): Promise<void> {
  const headers = { authorization: `Bearer ${permitApiKey}` };
  const scope = Scope.parse(await (await fetch(`${permitApi}/v2/api-key/scope`, { headers })).json());
  const path = `/v2/schema/${scope.project_id}/${scope.environment_id}/roles/${role}`;
  const { status } = await fetch(`${permitApi}${path}`, { method: 'DELETE', headers });
  expect(status).toBe(204);
}

test('a new installation without an administrator: from the first sign-in to the end of the checklist', async ({
  page,
  inspect,
}) => {
  const system = await startSystem({
    logFile: join(import.meta.dirname, 'test-results', 'start-first-run.log'),
    // The marker of a finished first start: `start` grants no more roles.
    prepare: (dataDir) => writeFile(join(dataDir, 'roles-granted'), ''),
  });
  try {
    const stack = parseStack(system.line);

    await test.step('the first user sees how to become an administrator', async () => {
      await page.goto(stack.web);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await enterCredentials(page, 'admin');
      await page.getByRole('link', { name: 'Set up 1' }).click();
      await expect(page.getByText('This installation has no administrator yet.')).toBeVisible();
      await expect(page.getByText('latchkey grant ameliahart01 admin')).toBeVisible();
      await inspect('setup-first');
    });

    await test.step('and also does so on a page without access', async () => {
      await page.goto(`${stack.web}/sync`);
      await page.getByRole('link', { name: 'See how to become one' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Set up Latchkey' })).toBeVisible();
    });

    await test.step('then the page continues by itself, with the remaining steps', async () => {
      await removeRole('editor', stack);
      await latchkey(['grant', 'ameliahart01', 'admin'], stack);
      const policy = page.getByRole('listitem', { name: 'The policy is in Permit' });
      await expect(policy.getByText('To do')).toBeVisible();
      await expect(policy.getByText('latchkey policy apply')).toBeVisible();
      await expect(page.getByText('5 of 6 done')).toBeVisible();
      await expect(page.getByRole('link', { name: 'Logto’s console' })).toHaveAttribute(
        'href',
        `${stack.logto}/console`,
      );
      await expect(page.getByRole('link', { name: 'Permit’s console' })).toBeVisible();
      await inspect('setup-checklist');
    });

    await test.step('when all steps are done, the checklist shows that and disappears', async () => {
      await latchkey(['policy', '--table', 'packages/policy/src/index.ts', 'apply'], stack);
      await expect(page.getByRole('heading', { level: 1, name: 'Latchkey is set up' })).toBeVisible();
      await inspect('setup-complete');
      await page.getByRole('link', { name: 'Go to access reports' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Access reports' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'Directory sync' })).toBeVisible();
      await page.reload();
      await expect(page.getByRole('link', { name: 'Directory sync' })).toBeVisible();
      await expect(page.getByRole('link', { name: /^Set up/ })).toHaveCount(0);
    });
  } finally {
    await system.stop();
  }
});
