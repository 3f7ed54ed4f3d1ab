import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { start as startLogto } from '@latchkey/logto-emulator';
import { start as startPermit } from '@latchkey/permit-emulator';
import { createPermitClient, permitPath } from '@latchkey/permissions/permit';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startReceiver } from '../testing/receiver.ts';
import { runCli } from '../testing/run-cli.ts';
import { toolkit } from '../toolkit-program.ts';

const guide = await readFile(new URL('../../../../docs/guide/nextjs.md', import.meta.url), 'utf8');
const fileOfGuide = (name: string): string => guide.split(` file=${name}\n`)[1]?.split('\n```\n')[0] ?? '';

const permit = await startPermit({ port: 0, pdpPort: 0 });
const logto = await startLogto({ seed: parse(fileOfGuide('logto.yaml')) });
const env: Readonly<Record<string, string | undefined>> = {
  ...parseEnv(fileOfGuide('.env')),
  LOGTO_ENDPOINT: logto.url,
  PERMIT_API_URL: permit.url,
  PERMIT_PDP_URL: permit.pdpUrl,
  PERMIT_API_KEY: permit.keys.environment,
  LATCHKEY_TABLE: fileURLToPath(import.meta.resolve('@latchkey/policy')),
};
afterAll(() => Promise.all([permit.close(), logto.close()]));

async function examine(changes: Readonly<Record<string, string | undefined>>, ...args: string[]) {
  const { code, printed } = await runCli(['doctor', ...args, '--json'], {
    program: toolkit,
    env: { ...env, ...changes },
  });
  const verdicts: { state: string; about: string }[] = JSON.parse(printed.join('\n'));
  return { code, states: verdicts.map(({ state, about }) => `${state} ${about}`) };
}

test('the app of the Next.js guide passes after its table is applied', async () => {
  expect(env).toMatchObject({ LOGTO_APP_ID: 'web', LOGTO_WEBHOOK_SIGNING_KEY: 'signing-key' });
  await runCli(['policy', 'apply'], { program: toolkit, env });
  const webhook = await startReceiver(() => 401);
  try {
    expect(await examine({}, '--webhook', webhook.url)).toEqual({
      code: 0,
      states: ['ok Permit API key', 'ok Policy', 'ok PDP', 'ok Webhook endpoint'],
    });
  } finally {
    await webhook.close();
  }
});

test('without a table, checks only the Permit key', async () => {
  expect(await examine({ LATCHKEY_TABLE: undefined })).toEqual({
    code: 0,
    states: ['ok Permit API key', 'skipped Policy'],
  });
});

test('during an outage of Permit, says so about the policy; refuses an invalid option', async () => {
  permit.faults.add({ path: '/v2/schema/*', status: 503 });
  const { printed } = await runCli(['doctor'], { program: toolkit, env });
  permit.faults.clear();
  const line = printed.findIndex((text) => text.startsWith('✗ Policy: Permit refused GET /v2/schema/'));
  expect(printed[line + 1]).toMatch(/^ {4}Run the command again later\./);
  await expect(examine({}, '--ignore', 'nonsense')).rejects.toThrow(/^"nonsense" names no object of a plan/);
});

test('in a shared environment, --scope table ignores objects that are not in the table', async () => {
  await runCli(['policy', 'apply'], { program: toolkit, env });
  const client = createPermitClient({ apiUrl: permit.url, apiKey: permit.keys.environment });
  await client.change('POST', permitPath`/schema/resources`, {
    body: { key: 'invoice', name: 'Invoice', actions: {} },
  });
  expect(await examine({})).toMatchObject({ code: 1, states: expect.arrayContaining(['failed Policy']) });
  expect(await examine({}, '--scope', 'table')).toEqual({
    code: 0,
    states: ['ok Permit API key', 'ok Policy', 'ok PDP'],
  });
});
