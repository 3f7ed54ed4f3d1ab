import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { start as startLogto } from '@latchkey/logto-emulator';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { freePort } from '@latchkey/server-process';
import { Permit } from 'permitio';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startReceiver } from '../testing/receiver.ts';
import { runCli, type CliOptions, useFolder } from '../testing/run-cli.ts';
import { machine, managementOf, settingsFor } from '../testing/setup-logto.ts';
import { sign } from '../webhook/endpoint.ts';

const recordedKey = '8Cang8t1c7xbmwKDmvhUL0kysXVhYpBJ';
const inFolder = useFolder();
const [logto, permit] = await Promise.all([
  startLogto({
    seed: {
      applications: [machine],
      organizationRoles: [{ id: 'admin', name: 'admin' }],
      hooks: [
        {
          id: 'hook',
          name: 'sync',
          url: 'http://127.0.0.1:9/api/webhooks/logto',
          events: ['User.Data.Updated'],
        },
      ],
      users: Array.from({ length: 30 }, (_, index) => ({ id: `user${index}`, username: `user${index}` })),
      organizations: [{ id: 'acme', name: 'Acme', members: [{ userId: 'user0', roles: ['admin'] }] }],
    },
  }),
  startPermit({ port: 0, pdpPort: 0, opaPort: 'off' }),
]);
await applyPolicy(policy, { apiUrl: permit.url, apiKey: permit.keys.environment });
const sdk = new Permit({ token: permit.keys.environment, apiUrl: permit.url, log: { level: 'silent' } });
afterAll(() => Promise.all([logto.close(), permit.close()]));

/** Runs a command whose arguments have no spaces. */
const run = (args: string, { env, ...options }: CliOptions = {}) =>
  runCli(args.split(' '), {
    env: {
      ...settingsFor(logto),
      LOGTO_WEBHOOK_SIGNING_KEYS: recordedKey,
      PERMIT_API_URL: permit.url,
      PERMIT_API_KEY: permit.keys.environment,
      ...env,
    },
    ...options,
  });

const rolesOf = async (key: string): Promise<string[]> =>
  ((await sdk.api.users.get(key)).roles ?? []).map(({ role, tenant }) => `${role}@${tenant}`).toSorted();

test('plan shows the differences and changes nothing; an interrupted run continues, after which there are none', async () => {
  const planned = await run('sync plan --json');
  expect(planned.code).toBe(2);
  const Plan = z.object({ users: z.number(), operations: z.array(z.object({ kind: z.string() })) });
  const plan = Plan.parse(JSON.parse(planned.printed[0] ?? ''));
  expect(plan.users).toBe(30);
  expect(plan.operations.map(({ kind }) => kind).filter((kind) => kind === 'create-user')).toHaveLength(30);
  await expect(sdk.api.users.get('user0')).rejects.toMatchObject({ response: { status: 404 } });

  const stopped = await run('sync run', { interruption: AbortSignal.abort() });
  expect({ code: stopped.code, warned: stopped.warned.at(-1) }).toEqual({
    code: 1,
    warned: 'Stopped. Changes made: 0. They stay; run the command again for the rest.',
  });

  const done = await run('sync run');
  expect(done.printed.at(-1)).toBe('31 done (1 create-tenant, 30 create-user).');
  expect(done.warned.some((line) => line.includes('applying'))).toBe(true);
  expect(await rolesOf('user0')).toEqual(['admin@acme', 'viewer@acme', 'viewer@default']);
  expect((await run('sync plan')).printed.at(-1)).toBe(
    'No drift: Permit has the 30 users of Logto as mapped.',
  );
});

test.each([
  ['a wrong secret', { LOGTO_M2M_APP_SECRET: 'wrong' }, 'oidc.invalid_client'],
  ['no answer', { LOGTO_ENDPOINT: 'http://127.0.0.1:9' }, 'ECONNREFUSED'],
])('plan reports %s from Logto with its cause and what to check', async (_, env, cause) => {
  await expect(run('sync plan', { env })).rejects.toMatchObject({
    code: 'LOGTO_API_ERROR',
    says: expect.stringContaining(cause),
    fix: expect.stringContaining('LOGTO_ENDPOINT'),
  });
});

test('replay reconciles a user, and an organization with the members whose roles differ', async () => {
  await run('sync run');
  await sdk.api.roleAssignments.unassign({ user: 'user0', role: 'viewer', tenant: 'acme' });
  const { printed } = await run(`sync replay organization:acme user:user1 user:nobody user:${machine.id}`);
  expect(printed).toEqual([
    'organization:acme is active: nothing to do',
    'user:user1 is active: nothing to do',
    'user:nobody is gone: nothing to do',
    `user:${machine.id} is a machine: nothing to do`,
    'user:user0 is active: assign user0 viewer@acme',
  ]);
  await expect(run('sync replay user0')).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});

test('recover finds the subjects of failed deliveries in Logto’s log', async () => {
  await run('sync run');
  await managementOf(logto).send(
    { method: 'PATCH', path: '/users/user2', body: { name: 'Renamed' } },
    z.unknown(),
  );
  await logto.settled();
  const status = await run('sync status');
  expect(status.printed).toEqual([
    'Logto has 30 users and 1 organizations.',
    'Permit has 2 tenants; "sync plan" compares everything.',
    expect.stringMatching(
      /^According to its log, Logto could not deliver 1 event in the last 24 hours\. Run "sync recover" unless it has run since the last one, \S+ \S+Z\.$/,
    ),
    'Set LATCHKEY_URL to see the deliveries and runs of the server.',
  ]);
  const { printed, warned } = await run('sync recover');
  expect(printed.at(-1)).toBe('user:user2 is active: update-user user2');
  expect(warned.at(-1)).toContain('suspended and deleted accounts');
  expect(await sdk.api.users.get('user2')).toMatchObject({ first_name: 'Renamed' });
});

test('webhook send and replay sign like Logto, and refuse a key on the command line', async () => {
  const received: { signature: string | undefined; body: string }[] = [];
  const receiver = await startReceiver(({ signature, body }) => {
    received.push({ signature, body });
    return 200;
  });
  const send = `webhook send ${receiver.url} --event User.Deleted --user user3`;
  const sent = await run(send);
  expect(sent.printed).toEqual(['200 {}']);
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    event: 'User.Deleted',
    params: { userId: 'user3' },
  });

  const file = new URL('../../../server/fixtures/logto-webhooks.jsonl', import.meta.url).pathname;
  const replay = `webhook replay ${receiver.url} ${file}`;
  const replayed = await run(replay);
  expect(replayed.printed.at(-1)).toBe('30 of 30 accepted.');
  const asRecorded = received.slice(1);
  const keyFile = inFolder('key');
  await writeFile(keyFile, `${recordedKey}\n`);
  const signed = await run(`${replay} --key-file ${keyFile}`);
  expect(received.slice(31)).toEqual(asRecorded);

  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const piped = spawn(process.execPath, [main, ...send.split(' '), '--key-file', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  piped.stdin.end('a key of its own\n');
  expect(await once(piped, 'exit')).toEqual([0, null]);
  const last = received.at(-1);
  expect(last?.signature).toBe(sign(last?.body ?? '', 'a key of its own'));

  const before = received.length;
  const warned: string[] = [];
  for (const [args, code] of [
    [`--key ${recordedKey}`, 'KEY_ON_COMMAND_LINE'],
    [`--key=${recordedKey}`, 'KEY_ON_COMMAND_LINE'],
    [`--key-file ${inFolder('none')}`, 'KEY_FILE_UNREADABLE'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- sequential
    await expect(run(`${send} ${args}`, { warned })).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining(recordedKey),
    });
  }
  const printed = [sent, replayed, signed].flatMap((result) => [...result.printed, ...result.warned]);
  expect([...printed, ...warned].join('\n')).not.toContain(recordedKey);
  expect(received).toHaveLength(before);
  await receiver.close();
});

test('webhook send and replay report a server that does not answer, and a file without a recording', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  await expect(run(`webhook send ${url} --event User.Deleted --user user3`)).rejects.toMatchObject({
    code: 'WEBHOOK_NOT_REACHED',
    says: expect.stringContaining('ECONNREFUSED'),
  });
  const file = inFolder('recorded.jsonl');
  await writeFile(file, 'not JSON\n');
  await expect(run(`webhook replay ${url} ${file}`)).rejects.toMatchObject({ code: 'RECORDING_EMPTY' });
  const recorded = { event: 'User.Deleted', body: '{}', headers: { 'logto-signature-sha-256': 'x' } };
  await appendFile(file, `${JSON.stringify(recorded)}\n`);
  const { code, printed } = await run(`webhook replay ${url} ${file}`);
  expect({ code, printed }).toEqual({
    code: 1,
    printed: ['User.Deleted: no answer (ECONNREFUSED)', '0 of 1 accepted.'],
  });
  await expect(run('webhook send nowhere --event User.Deleted')).rejects.toMatchObject({
    code: 'commander.invalidArgument',
  });
  const refusing = await startReceiver(() => 401);
  const refused = await run(`webhook send ${refusing.url} --event User.Deleted`);
  expect(refused).toMatchObject({
    code: 1,
    printed: ['401 {}'],
    warned: [expect.stringContaining('signing key')],
  });
  await refusing.close();
});
