import { start, type Emulator } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './testing/run-cli.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await start({ port: 0, pdpPort: 0 });
});
afterAll(() => emulator.close());

const run = async (...words: string[]): Promise<readonly string[]> => {
  const env = { PERMIT_API_URL: emulator.url, PERMIT_API_KEY: emulator.keys.environment };
  return (await runCli(words, { env })).printed;
};

test('grant creates a user with the role, adds a role to an existing user, and says when there is nothing to do', async () => {
  await run('policy', 'apply');
  const printed = [
    await run('grant', 'ann', 'viewer', '--email', 'ann@example.test', '--name', 'Ann'),
    await run('grant', 'ann', 'admin'),
    await run('grant', 'ann', 'admin'),
  ];
  expect(printed.flat()).toEqual([
    'ann is now viewer in default.',
    'ann is now admin in default.',
    'ann already was admin in default.',
  ]);
  const sdk = new Permit({
    token: emulator.keys.environment,
    apiUrl: emulator.url,
    log: { level: 'silent' },
  });
  expect(await sdk.api.users.get('ann')).toMatchObject({ email: 'ann@example.test', first_name: 'Ann' });
});

test('a role that the policy does not have is refused, with the list of its roles', async () => {
  await expect(run('grant', 'ann', 'owner')).rejects.toMatchObject({
    code: 'commander.invalidArgument',
    message: expect.stringContaining('viewer, editor, admin'),
  });
});

test('--help needs no environment', async () => {
  await expect(runCli(['grant', '--help'])).rejects.toMatchObject({ code: 'commander.helpDisplayed' });
});

test('all problems of the environment are listed at once, without values', async () => {
  const refused: unknown = await runCli(['grant', 'ann', 'viewer'], {
    env: { PERMIT_API_URL: 'ftp://secret' },
  }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'ENVIRONMENT_INVALID' });
  expect(String(refused)).toMatch(/PERMIT_API_URL must be an http\(s\) URL\n +PERMIT_API_KEY is missing/);
  expect(String(refused)).not.toContain('secret');
});
