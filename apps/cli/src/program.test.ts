import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolesOf } from '@latchkey/permissions';
import { start } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { Permit } from 'permitio';
import { afterAll, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { runCli } from './testing/run-cli.ts';
import { toolkit } from './toolkit-program.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const emulator = await start({ port: 0, pdpPort: 0 });
afterAll(() => emulator.close());

const run = async (...args: string[]): Promise<readonly string[]> => {
  const env = { PERMIT_API_URL: emulator.url, PERMIT_API_KEY: emulator.keys.environment };
  return (await runCli(args, { env })).printed;
};

test('grant creates a user with the role, adds a role to an existing user, and reports one that the user has', async () => {
  await run('policy', 'apply');
  const printed = [
    await run('grant', 'ann', 'viewer', '--email', 'ann@example.test', '--name', 'Ann'),
    await run('grant', 'ann', 'admin'),
    await run('grant', 'ann', 'admin'),
  ];
  expect(printed.flat()).toEqual([
    'ann now has the role viewer in default.',
    'ann now has the role admin in default.',
    'ann already has the role admin in default.',
  ]);
  const sdk = new Permit({
    token: emulator.keys.environment,
    apiUrl: emulator.url,
    log: { level: 'silent' },
  });
  expect(await sdk.api.users.get('ann')).toMatchObject({ email: 'ann@example.test', first_name: 'Ann' });
});

test('refuses a role that the policy does not have, with the list of its roles', async () => {
  await expect(run('grant', 'ann', 'owner')).rejects.toMatchObject({
    code: 'ROLE_UNKNOWN',
    fix: expect.stringContaining(rolesOf(policy).join(', ')),
  });
});

test('grant accepts the roles of the table in --table or LATCHKEY_TABLE', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
  const table = join(folder, 'clinic.ts');
  await writeFile(
    table,
    `export const policy = {
      resources: { records: { actions: ['view'] } },
      roles: { doctor: { permissions: ['records:view'] } },
      defaultRole: 'doctor',
    };`,
  );
  const env = {
    PERMIT_API_URL: emulator.url,
    PERMIT_API_KEY: emulator.keys.environment,
    LATCHKEY_TABLE: table,
  };
  try {
    await run('policy', '--table', table, 'apply', '--scope', 'table');
    expect(await run('grant', 'bob', 'doctor', '--table', table)).toEqual([
      'bob now has the role doctor in default.',
    ]);
    const named = await runCli(['grant', 'bea', 'doctor'], { program: toolkit, env });
    expect(named.printed).toEqual(['bea now has the role doctor in default.']);
    await expect(runCli(['grant', 'bea', 'viewer'], { env })).rejects.toMatchObject({ code: 'ROLE_UNKNOWN' });
    expect((await runCli(['__complete', '--', 'grant', 'bea', ''], { env })).printed).toEqual(['doctor\t']);
    await expect(
      runCli(['grant', 'bea', 'doctor'], { program: toolkit, env: { ...env, LATCHKEY_TABLE: undefined } }),
    ).rejects.toMatchObject({ code: 'TABLE_MISSING' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the published program has the commands for apps, and none for operators', async () => {
  const { printed } = await runCli(['__complete', '--', ''], { program: toolkit });
  const commands = printed.map((line) => line.split('\t')[0]);
  expect(commands).toEqual(['doctor', 'policy', 'grant', 'explain', 'completion']);
  await expect(runCli(['sync', 'status'], { program: toolkit })).rejects.toMatchObject({
    code: 'commander.unknownCommand',
  });
});

test('the published program loads no package that it does not install', async () => {
  const refuseOmitted = `
    import { registerHooks } from 'node:module';
    const omitted = ${JSON.stringify(manifest.packed.omitted)};
    registerHooks({
      resolve(specifier, context, next) {
        if (omitted.some((name) => specifier === name || specifier.startsWith(name + '/')))
          throw new Error(specifier + ' is not installed');
        return next(specifier, context);
      },
    });`;
  const loadAll = `
    import { toolkit } from '${new URL('toolkit-program.ts', import.meta.url).href}';
    for (const { load } of Object.values(toolkit.commands)) await load();
    await import('${new URL('explain-vendor-failure.ts', import.meta.url).href}');
    console.log('loaded');`;
  const hooks = `data:text/javascript,${encodeURIComponent(refuseOmitted)}`;
  const args = ['--import', hooks, '--input-type=module', '--eval', loadAll];
  expect((await promisify(execFile)(process.execPath, args)).stdout).toBe('loaded\n');
});

test.each([['bogus'], ['sync', 'bogus'], ['grant'], ['doctor', '--bogus']])(
  'a wrong command line (%s %s) names --help',
  async (...args) => {
    const warned: string[] = [];
    await expect(runCli(args, { warned })).rejects.toMatchObject({ exitCode: 1 });
    expect(warned.at(-1)).toBe('Add --help to see the usage.');
  },
);

test('prints no control characters from names, which could change the terminal', async () => {
  const refused = promisify(execFile)(process.execPath, [main, '\u001B]0;title\u0007\u009B2J\r']);
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: "error: unknown command ']0;title2J'\nAdd --help to see the usage.\n",
  });
});

test('--help needs no environment', async () => {
  await expect(runCli(['grant', '--help'])).rejects.toMatchObject({ code: 'commander.helpDisplayed' });
});

test('--version prints the package’s version', async () => {
  await expect(runCli(['--version'])).rejects.toMatchObject({
    code: 'commander.version',
    message: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
});

const complete = async (...args: string[]): Promise<string[]> =>
  (await runCli(['__complete', '--', ...args])).printed.map((line) => line.split('\t')[0] ?? '');

test('completes commands, subcommands, options, and their values', async () => {
  expect(await complete('po')).toEqual(['policy']);
  expect(await complete('')).toContain('doctor');
  expect(await complete('policy', 'pl')).toEqual(['plan']);
  expect(await complete('policy', '--table', 'x.ts', 'pl')).toEqual(['plan']);
  expect(await complete('policy', 'apply', '--allow')).toEqual(['--allow-destructive']);
  expect(await complete('sync', 'deliveries', '--status', 'd')).toEqual(['dead-letter']);
  expect(await complete('grant', 'ann', '')).toEqual(rolesOf(policy));
  // No completions for free text or a file: the shell completes them.
  expect(await complete('grant', '')).toEqual([]);
  expect(await complete('policy', 'plan', '--out', '')).toEqual([]);
  expect(await complete()).toEqual(await complete(''));
  expect(await complete('nonsense', '\0', '--')).not.toContain('nonsense');
});

test('the completion for bash works in bash', async () => {
  const { printed } = await runCli(['completion', 'bash']);
  const script = `
    latchkey() { '${process.execPath}' '${main}' "$@"; }
    ${printed.join('\n')}
    COMP_WORDS=(latchkey sync re); COMP_CWORD=2; _latchkey; printf '%s ' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script]);
  expect(stdout.trim().split(' ')).toEqual(['replay', 'recover', 'resume']);
});

test('reads .env of the working directory; the environment takes precedence', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
  await writeFile(
    join(folder, '.env'),
    `PERMIT_API_URL=${emulator.url}\nPERMIT_API_KEY=permit_key_unknown\n`,
  );
  const doctor = async (env: Readonly<Record<string, string>>) => {
    const options = { cwd: folder, env };
    const { stdout } = await promisify(execFile)(process.execPath, [main, 'doctor'], options).catch(
      (error: { stdout: string }) => error,
    );
    return stdout.split('\n')[0];
  };
  try {
    expect(await doctor({})).toMatch(/^✗ Permit API key: .*the API key is not valid/);
    expect(await doctor({ PERMIT_API_KEY: emulator.keys.environment })).toMatch(/^✓ Permit API key/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a question without an answer ends the command with a message and exit code 1', async () => {
  // A terminal whose input ends, as by Ctrl-D.
  const terminal = ['--import', 'data:text/javascript,process.stdin.isTTY=true'];
  const child = spawn(process.execPath, [...terminal, main, 'init'], {
    cwd: tmpdir(),
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(errors).toContain('The question was not answered, so nothing more was changed.');
  expect(code).toBe(1);
});

test('lists all problems of the environment together, without values', async () => {
  const refused: unknown = await runCli(['grant', 'ann', 'viewer'], {
    env: { PERMIT_API_URL: 'ftp://secret' },
  }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'ENVIRONMENT_INVALID' });
  expect(String(refused)).toMatch(/PERMIT_API_URL must be an http\(s\) URL\n +PERMIT_API_KEY is missing/);
  expect(String(refused)).toMatch(/ or in \.env of the working directory\.$/);
  expect(String(refused)).not.toContain('secret');
});
