import { readdir, readFile, writeFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { start as startPermit } from '@latchkey/permit-emulator';
import { afterAll, afterEach, expect, test } from 'vitest';
import { operator } from '../operator-program.ts';
import { runCli, type CliOptions, useFolder } from '../testing/run-cli.ts';

const inFolder = useFolder();
const permit = await startPermit({ port: 0, pdpPort: 0, opaPort: 'off' });
afterAll(() => permit.close());
afterEach(() => {
  permit.reset();
  permit.faults.clear();
});

const environment = () => ({
  PERMIT_API_URL: permit.url,
  PERMIT_API_KEY: permit.keys.environment,
  PERMIT_PDP_URL: permit.pdpUrl,
});
const connect = (args: readonly string[] = [], { env = {}, ...options }: CliOptions = {}) =>
  runCli(['connect', 'permit', '--settings', inFolder('.env'), '--wait', '0', ...args], {
    env: { ...environment(), ...env },
    ...options,
  });
const planCode = async () => (await runCli(['policy', 'plan'], { env: environment() })).code;

test('applies the policy, checks the PDP, and writes the settings for both; a second run changes nothing', async () => {
  const first = await connect(['--yes', '--wait', '10']);
  expect(first.code).toBe(0);
  expect(first.printed.at(-1)).toMatch(/^✓ PDP: knows the table/);
  expect(await planCode()).toBe(0);
  expect(parseEnv(await readFile(inFolder('.env'), 'utf8'))).toEqual(environment());

  const again = await connect(['--json']);
  expect(JSON.parse(again.printed.join('\n'))).toMatchObject({
    changes: [],
    settings: { changed: [] },
    verdicts: [{ state: 'ok' }, { state: 'ok' }],
  });
  expect(await readdir(inFolder())).toEqual(['.env']);
});

test('a dry run changes nothing; without a terminal, --yes is required', async () => {
  const dry = await connect(['--dry-run', '--json']);
  expect(dry.code).toBe(2);
  expect(JSON.parse(dry.printed.join('\n')).changes).toContainEqual({
    kind: 'role',
    key: 'admin',
    change: 'created',
  });
  await expect(connect()).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
  expect(await planCode()).toBe(2);
  expect(await readdir(inFolder())).toEqual([]);
});

test('stops before any change if the key is unknown or of another level', async () => {
  const ofProject = await connect(['--yes', '--json'], { env: { PERMIT_API_KEY: permit.keys.project } });
  expect(ofProject.code).toBe(1);
  expect(JSON.parse(ofProject.printed.join('\n')).verdicts).toMatchObject([{ state: 'failed' }]);
  const unknown = await connect(['--yes'], { env: { PERMIT_API_KEY: 'permit_key_unknown' } });
  expect(unknown.printed).toEqual([
    expect.stringMatching(/^✗ Permit API key: Permit refused .*: the API key is not valid \(401: .*\)\.$/),
    "    Set PERMIT_API_KEY to the environment's key, from Permit's settings.",
  ]);
  await expect(connect(['--yes'], { env: { PERMIT_API_KEY: '' } })).rejects.toMatchObject({
    code: 'SETTING_MISSING',
  });
  expect(await readdir(inFolder())).toEqual([]);
});

test('reports to the audit log that it failed part-way', async () => {
  permit.faults.add({ method: 'POST', path: '/v2/schema/*', status: 500, count: 1 });
  const reported: unknown[] = [];
  const program = { ...operator, reportChange: async (change: unknown) => void reported.push(change) };
  await expect(connect(['--yes'], { program })).rejects.toMatchObject({ code: 'PERMIT_UNAVAILABLE' });
  expect(reported).toMatchObject([{ action: 'policy.apply', outcome: 'failed' }]);
});

test("does not use the emulator's key for another Permit", async () => {
  const env = {
    PERMIT_API_KEY:
      'permit_key_EnvironmentDevelopmentOnlyDevelopmentOnlyDevelopmentOnlyDevelopmentOnlyDevelopmentOnly',
  };
  await expect(connect(['--api', 'https://api.permit.io'], { env })).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    says: expect.stringContaining('the published development value'),
  });
});

test('reports an unreachable PDP as a failure, without undoing the policy or printing a key', async () => {
  const warned: string[] = [];
  const { code, printed } = await connect(['--yes', '--pdp', 'http://127.0.0.1:9'], { warned });
  expect(code).toBe(1);
  expect(printed.at(-2)).toMatch(/^✗ PDP: http:\/\/127\.0\.0\.1:9 does not answer/);
  expect(await planCode()).toBe(0);
  expect([...printed, ...warned].join('\n')).not.toContain(permit.keys.environment);
});

test('after Ctrl-C while it waits for the PDP, says what is done and how to continue', async () => {
  await connect(['--yes']);
  const interruption = AbortSignal.abort();
  const { code, warned } = await connect(['--pdp', 'http://127.0.0.1:9', '--wait', '600'], { interruption });
  expect({ code, warned }).toEqual({ code: 1, warned: [expect.stringMatching(/^Stopped\. .*again/)] });
});

test('refuses a settings file that it cannot write, before it changes anything', async () => {
  await expect(connect(['--yes', '--settings', inFolder('gone/.env')])).rejects.toMatchObject({
    code: 'ENV_FILE_UNWRITABLE',
  });
  expect(await planCode()).toBe(2);
});

async function tableOf(resource: string): Promise<string> {
  const policy = {
    resources: { books: { actions: ['view'] }, shelves: { actions: ['view'] } },
    resourceSets: { rare: { resource, where: {} } },
    roles: { reader: { permissions: ['books:view'] } },
    defaultRole: 'reader',
  };
  const file = inFolder(`${resource}.ts`);
  await writeFile(file, `export const policy = ${JSON.stringify(policy)};`);
  return file;
}

test('refuses to replace an object, without asking, and names the command that can replace it', async () => {
  await connect(['--yes', '--table', await tableOf('books')]);
  await expect(connect(['--table', await tableOf('shelves')])).rejects.toMatchObject({
    code: 'POLICY_DESTRUCTIVE',
    says: expect.stringContaining('resource set rare'),
    fix: expect.stringContaining('latchkey policy apply --scope table --allow-destructive'),
  });
});
