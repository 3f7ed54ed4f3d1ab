import { start, type Emulator } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readEnv } from './env.ts';
import { createProgram } from './program.ts';

let emulator: Emulator;
let printed: string[];
beforeAll(async () => {
  emulator = await start({ port: 0, pdpPort: 0 });
});
afterAll(() => emulator.close());
beforeEach(() => {
  printed = [];
});

const run = (...words: string[]): Promise<unknown> =>
  createProgram({
    env: (schema) =>
      readEnv(schema, { PERMIT_API_URL: emulator.url, PERMIT_API_KEY: emulator.keys.environment }),
    print: (line) => printed.push(line),
    warn: (line) => printed.push(line),
    color: false,
    exitWith: () => {},
  }).parseAsync(words, { from: 'user' });

test('policy apply says what it changed, and nothing the second time', async () => {
  await run('policy', 'apply');
  expect(printed).toContain('+ resource reports');
  expect(printed.at(-1)).toMatch(/^(\d+) of \1 objects changed\.$/);
  printed = [];
  await run('policy', 'apply');
  expect(printed).toEqual([expect.stringMatching(/^No changes: \d+ objects are as the table says\.$/)]);
});

test('grant creates a user with the role, adds a role to a known one, and says when there was nothing to do', async () => {
  await run('policy', 'apply');
  printed = [];
  await run('grant', 'ann', 'viewer', '--email', 'ann@example.test', '--name', 'Ann');
  await run('grant', 'ann', 'admin');
  await run('grant', 'ann', 'admin');
  expect(printed).toEqual([
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

test('a role that the policy does not have is refused, with those that it has', async () => {
  await expect(run('grant', 'ann', 'owner')).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  expect(printed.join('')).toContain('viewer, editor, admin');
});

test('help needs no environment', async () => {
  await expect(run('grant', '--help')).rejects.toMatchObject({ code: 'commander.helpDisplayed' });
  expect(printed.join('')).toContain('--tenant');
});
