import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start as startLogto, type Emulator as Logto } from '@latchkey/logto-emulator';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit, type Emulator } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { Permit } from 'permitio';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { CommandDeps } from '../command-deps.ts';
import { readEnv } from '../env.ts';
import { runProgram } from '../program.ts';
import { sign } from '../webhook/send-delivery.ts';

const appSecret = 'the-secret-of-the-sync-application';
let logto: Logto;
let permit: Emulator;
let sdk: Permit;
let printed: string[];
let warned: string[];
let code: number | undefined;
beforeAll(async () => {
  [logto, permit] = await Promise.all([
    startLogto({
      seed: {
        applications: [
          { id: 'sync', name: 'Sync', type: 'MachineToMachine', secret: appSecret, managementApi: true },
        ],
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
  sdk = new Permit({ token: permit.keys.environment, apiUrl: permit.url, log: { level: 'silent' } });
});
afterAll(() => Promise.all([logto.close(), permit.close()]));
beforeEach(() => {
  printed = [];
  warned = [];
  code = undefined;
});

function run(words: readonly string[], more: Partial<CommandDeps> = {}): Promise<unknown> {
  const environment = {
    LOGTO_ENDPOINT: logto.url,
    LOGTO_M2M_APP_ID: 'sync',
    LOGTO_M2M_APP_SECRET: appSecret,
    LOGTO_WEBHOOK_SIGNING_KEYS: '8Cang8t1c7xbmwKDmvhUL0kysXVhYpBJ',
    PERMIT_API_URL: permit.url,
    PERMIT_API_KEY: permit.keys.environment,
  };
  return runProgram(words, {
    env: (schema) => readEnv(schema, environment),
    print: (line) => printed.push(line),
    warn: (line) => warned.push(line),
    color: false,
    exitWith: (wanted) => {
      code = wanted;
    },
    ...more,
  });
}

const rolesOf = async (key: string): Promise<string[]> =>
  ((await sdk.api.users.get(key)).roles ?? []).map(({ role, tenant }) => `${role}@${tenant}`).toSorted();

test('plan shows the differences and changes nothing; an interrupted run continues; then there are no differences', async () => {
  await run(['sync', 'plan', '--json']);
  expect(code).toBe(2);
  const Plan = z.object({ users: z.number(), operations: z.array(z.object({ kind: z.string() })) });
  const plan = Plan.parse(JSON.parse(printed[0] ?? ''));
  expect(plan.users).toBe(30);
  expect(plan.operations.map(({ kind }) => kind).filter((kind) => kind === 'create-user')).toHaveLength(30);
  await expect(sdk.api.users.get('user0')).rejects.toMatchObject({ response: { status: 404 } });

  await run(['sync', 'run'], { interruption: () => AbortSignal.abort() });
  expect({ code, warned: warned.at(-1) }).toEqual({
    code: 1,
    warned: 'Stopped; 0 changes are made. Run it again for the rest.',
  });

  await run(['sync', 'run']);
  expect(printed.at(-1)).toBe('31 done (1 create-tenant, 30 create-user).');
  expect(warned.some((line) => line.includes('applying'))).toBe(true);
  expect(await rolesOf('user0')).toEqual(['admin@acme', 'viewer@acme', 'viewer@default']);
  await run(['sync', 'plan']);
  expect(printed.at(-1)).toBe('No drift: Permit has the 30 users of Logto as the mapping says.');
});

test('replay reconciles a user, and an organization with the members whose roles differ', async () => {
  await run(['sync', 'run']);
  await sdk.api.roleAssignments.unassign({ user: 'user0', role: 'viewer', tenant: 'acme' });
  printed = [];
  await run(['sync', 'replay', 'organization:acme', 'user:user1', 'user:nobody', 'user:sync']);
  expect(printed).toEqual([
    'organization:acme is active: nothing to do',
    'user:user1 is active: nothing to do',
    'user:nobody is gone: nothing to do',
    'user:sync is a machine: nothing to do',
    'user:user0 is active: assign user0 viewer@acme',
  ]);
  await expect(run(['sync', 'replay', 'user0'])).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});

test('recover finds the subjects of failed deliveries in Logto’s log', async () => {
  await run(['sync', 'run']);
  await fetch(`${logto.url}/api/users/user2`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${await logto.managementToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Renamed' }),
  });
  await logto.settled();
  printed = [];
  await run(['sync', 'status']);
  expect(printed).toEqual([
    'Logto has 30 users and 1 organizations.',
    'Permit has 2 tenants; "sync plan" compares everything.',
    'By its own log, Logto could not deliver 1 event in the last 24 hours. "sync recover" makes up for them.',
    'Set LATCHKEY_URL to see what waits, what failed for good and what ran at the server.',
  ]);
  await run(['sync', 'recover']);
  expect(printed.at(-1)).toBe('user:user2 is active: update-user user2');
  expect(warned.at(-1)).toContain('suspended and deleted accounts');
  expect(await sdk.api.users.get('user2')).toMatchObject({ first_name: 'Renamed' });
});

test('webhook send and replay sign like Logto, and accept no key as an argument', async () => {
  const received: { signature: unknown; body: string }[] = [];
  const receiver: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ signature: request.headers['logto-signature-sha-256'], body });
      response.end('{"status":"accepted"}');
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  const address = receiver.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  await run(['webhook', 'send', url, '--event', 'User.Deleted', '--user', 'user3']);
  expect(printed).toEqual(['200 {"status":"accepted"}']);
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    event: 'User.Deleted',
    params: { userId: 'user3' },
  });

  const file = new URL('../../../server/fixtures/logto-webhooks.jsonl', import.meta.url).pathname;
  const recorded = '8Cang8t1c7xbmwKDmvhUL0kysXVhYpBJ';
  await run(['webhook', 'replay', url, file]);
  expect(printed.at(-1)).toBe('30 of 30 accepted.');
  const asRecorded = received.slice(1);
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const keyFile = join(folder, 'key');
  await writeFile(keyFile, `${recorded}\n`);
  await run(['webhook', 'replay', url, file, '--key-file', keyFile]);
  expect(received.slice(31)).toEqual(asRecorded);

  const send = ['webhook', 'send', url, '--event', 'User.Deleted', '--user', 'user3'];
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const piped = spawn(process.execPath, [main, ...send, '--key-file', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  piped.stdin.end('a key of its own\n');
  expect(await once(piped, 'exit')).toEqual([0, null]);
  const last = received.at(-1);
  expect(last?.signature).toBe(sign(last?.body ?? '', 'a key of its own'));

  const before = received.length;
  for (const [words, code] of [
    [['--key', recorded], 'KEY_ON_COMMAND_LINE'],
    [[`--key=${recorded}`], 'KEY_ON_COMMAND_LINE'],
    [['--key-file', join(folder, 'none')], 'KEY_FILE_UNREADABLE'],
  ] as const)
    await expect(run([...send, ...words])).rejects.toMatchObject({ code }); // oxlint-disable-line no-await-in-loop
  expect(printed.concat(warned).join('\n')).not.toContain(recorded);
  expect(received).toHaveLength(before);
  await rm(folder, { recursive: true });
  receiver.close();
});
