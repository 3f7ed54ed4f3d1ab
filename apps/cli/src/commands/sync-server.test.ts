import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { requestMachineToken } from '../server/machine-token.ts';
import { startReceiver } from '../testing/receiver.ts';
import { runCli, useFolder, type CliOptions } from '../testing/run-cli.ts';
import { machine, managementOf } from '../testing/setup-logto.ts';
import { startSystem } from '../testing/start-system.ts';

const manyUsers = Array.from({ length: 60 }, (_, index) => ({
  id: `user${index}`,
  username: `user${index}`,
}));
const {
  logto,
  permit,
  server,
  env: environment,
} = await startSystem({
  resources: [{ name: 'Another', indicator: 'https://other.example' }],
  applications: [{ ...machine, id: 'newcomer', name: 'Newcomer', managementApi: false }],
  users: manyUsers,
});
afterEach(() => {
  permit.faults.clear();
});
const inFolder = useFolder();
const main = fileURLToPath(new URL('../main.ts', import.meta.url));

const run = (args: readonly string[], { env = {}, ...options }: CliOptions = {}) =>
  runCli(args, { env: { ...environment, ...env }, ...options });
const eventually = <Value>(check: () => Promise<Value>): Promise<Value> => vi.waitFor(check, 60_000);
const send = (event: string, user: string) =>
  run(['webhook', 'send', `${server.url}/api/webhooks/logto`, '--event', event, '--user', user]);

const Verdicts = z.array(z.looseObject({ state: z.string(), about: z.string() }));
async function examineServer(env: Readonly<Record<string, string>> = {}) {
  const { code, printed } = await run(['doctor', '--json'], { env });
  return { code, verdicts: Verdicts.parse(JSON.parse(printed.join(''))) };
}
const write = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
  managementOf(logto).send({ method, path, ...(body && { body }) }, z.unknown());

const Deliveries = z.array(z.looseObject({ id: z.string(), status: z.string() }));
async function listDeliveries(...filter: string[]) {
  const { printed, warned } = await run(['sync', 'deliveries', ...filter, '--json']);
  return { deliveries: Deliveries.parse(JSON.parse(printed.join(''))), warned };
}
const deliveriesAbout = async (user: string) =>
  (await listDeliveries('--subject', `user:${user}`)).deliveries;

/** Waits until the only delivery about a user has this status. Resolves to its id. */
const waitForStatus = (user: string, status: string): Promise<string> =>
  eventually(async () => {
    const all = await deliveriesAbout(user);
    expect(all.map((delivery) => delivery.status)).toEqual([status]);
    return all[0]?.id ?? '';
  });

test('lists a delivery with its subject, and its history ends with its changes', async () => {
  await send('User.Created', 'user1');
  const id = await waitForStatus('user1', 'applied');
  const { printed } = await run(['sync', 'deliveries', '--event', 'User.Created', '--limit', '1']);
  expect(printed[0]).toMatch(/^RECEIVED +EVENT +SUBJECTS +STATUS +TRIES +ID$/);
  expect(printed[1]).toMatch(
    new RegExp(`^\\S+ \\S+Z +User.Created +user:user1 +applied +1 +${id.slice(0, 12)}$`),
  );
  const history = await run(['sync', 'delivery', id.slice(0, 12)]);
  expect(history.printed[0]).toMatch(/^User.Created, sent by Logto, received /);
  expect(history.printed.at(-1)).toMatch(/^ {2}user:user1: \S+ \S+Z create-user viewer@default$/);
  await expect(run(['sync', 'delivery', 'none'])).rejects.toMatchObject({
    code: 'NOT_FOUND',
    fix: expect.stringContaining('latchkey sync deliveries'),
  });
  // This prefix is too short.
  await expect(run(['sync', 'delivery', id.slice(0, 3)])).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    says: 'id: Too small: expected string to have >=4 characters',
  });
  await expect(run(['sync', 'deliveries', '--limit', '0'])).rejects.toMatchObject({
    code: 'commander.invalidArgument',
  });
});

test('a limit above the page size reads several pages, and each delivery once', async () => {
  await Promise.all(Array.from({ length: 110 }, (_, index) => send('PostSignIn', `guest${index}`)));
  const { deliveries, warned } = await listDeliveries('--event', 'PostSignIn', '--limit', '105');
  expect(new Set(deliveries.map(({ id }) => id)).size).toBe(105);
  expect(warned).toHaveLength(1);
});

test('shows a dead letter with its reason, and applies it after a replay, leaving no decision open', async () => {
  permit.faults.add({ method: 'POST', path: '/v2/facts/*', status: 422, body: { detail: [] } });
  await send('User.Created', 'user2');
  const id = await waitForStatus('user2', 'failed');
  const status = await run(['sync', 'status']);
  expect(status.code).toBe(2);
  expect(status.printed).toContainEqual(expect.stringContaining('latchkey sync replay --dead'));
  const { printed } = await run(['sync', 'deliveries', '--status', 'dead-letter'], { color: true });
  expect(printed.at(-1)).toMatch(/^ {4}PERMIT_REFUSED 422: /);
  expect(printed.at(-2)).toContain('\u001B[31mdead letter\u001B[39m');
  expect(status.printed).toContainEqual(expect.stringMatching(/, 1 dead letter\.$/));
  const { verdicts } = await examineServer();
  expect(verdicts).toContainEqual(
    expect.objectContaining({ state: 'notice', says: expect.stringMatching(/^1 dead letter waits/) }),
  );
  expect((await run(['sync', 'delivery', id])).printed).toContainEqual(
    expect.stringMatching(/^ {2}! .*user:user2: PERMIT_REFUSED 422: /),
  );
  permit.faults.clear();
  expect((await run(['sync', 'replay', '--dead'])).printed[0]).toMatch(/^1 delivery is pending again/);
  await waitForStatus('user2', 'applied');
  expect((await run(['sync', 'status'])).code).toBe(0);
  expect(await run(['sync', 'replay', '--delivery', id.slice(0, 12)])).toMatchObject({ code: 0 });
  expect(await run(['sync', 'replay', '--delivery', 'none'])).toMatchObject({ code: 1 });
});

test('while Permit fails, status says what is not applied, and without Logto the metrics show the deliveries', async () => {
  permit.faults.add({ path: '/v2/facts/*', status: 503 });
  await send('User.Created', 'user3');
  const failing = await eventually(async () => {
    const { printed, code } = await run(['sync', 'status']);
    const line = printed.find((one) => one.startsWith('Sync is failing: 1 not applied since '));
    expect(line).toContain(': PERMIT_UNAVAILABLE, ');
    return code;
  });
  // The delivery is retried, so there is nothing to decide.
  expect(failing).toBe(1);
  const withoutLogto = { LOGTO_ENDPOINT: 'http://127.0.0.1:9' };
  const { printed } = await run(['sync', 'status'], { env: withoutLogto });
  expect(printed[0]).toMatch(
    /^Deliveries, from http:\S+: 1 waiting, the oldest for \d+ s, 0 dead letters\.$/,
  );
  const without = await run(['sync', 'status'], { env: { ...withoutLogto, METRICS_PORT: undefined } });
  expect(without.printed[0]).toContain('set METRICS_PORT');
  permit.faults.clear();
  await waitForStatus('user3', 'applied');
});

test.each([[[]], [['user:user1', '--dead']], [['--dead', '--delivery', 'one']]])(
  'refuses replay %j before any request',
  async (args) => {
    await expect(
      run(['sync', 'replay', ...args], { env: { LATCHKEY_URL: 'http://127.0.0.1:9' } }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/^commander\./),
    });
  },
);

test('a run stays queued while sync is paused, continues without a follower, and ends with its changes', async () => {
  await run(['sync', 'pause']);
  expect((await run(['sync', 'status'])).printed[1]).toMatch(/^Sync is paused/);
  expect((await examineServer()).verdicts).toContainEqual(
    expect.objectContaining({
      state: 'failed',
      about: 'Directory sync',
      says: expect.stringMatching(/^It is paused/),
    }),
  );
  const stop = new AbortController();
  const warned: string[] = [];
  const running = run(['sync', 'run', '--remote'], { interruption: stop.signal, warned });
  await eventually(async () => expect(warned).toHaveLength(1));
  stop.abort();
  const interrupted = await running;
  expect(interrupted.code).toBe(1);
  expect(interrupted.warned).toEqual([
    expect.stringMatching(/^Sync is paused: the run waits/),
    expect.stringMatching(/^The run continues on the server/),
  ]);
  await run(['sync', 'resume']);
  await eventually(async () => {
    const { printed } = await run(['sync', 'status']);
    expect(printed).toContainEqual(expect.stringMatching(/^Last run: manual, done .*create-user/));
  });
  const again = await run(['sync', 'run', '--remote']);
  expect(again).toMatchObject({
    code: 0,
    printed: ['No drift: Permit has the 60 users of Logto as mapped.'],
  });
});

test('follows a run across a restart of the server', async () => {
  await run(['sync', 'pause']);
  const warned: string[] = [];
  const following = run(['sync', 'run', '--remote'], { warned });
  await eventually(async () => expect(warned).toContainEqual(expect.stringContaining('the run waits')));
  await server.restart();
  await run(['sync', 'resume']);
  expect(await following).toMatchObject({ code: 0, printed: [expect.stringMatching(/^No drift/)] });
});

test('refuses a run that would remove access from many users and prints their number, unless it is forced', async () => {
  await Promise.all(manyUsers.slice(0, 55).map(({ id }) => write('DELETE', `/users/${id}`)));
  const refusal = 'Refused: 55 users and tenants would lose access; the limit is 50.';
  const remote = await run(['sync', 'run', '--remote']);
  expect(remote.code).toBe(2);
  expect(remote.warned.at(-1)).toContain(refusal);
  const here = await run(['sync', 'run']);
  expect({ code: here.code, warned: here.warned.at(-1) }).toEqual({ code: 2, warned: remote.warned.at(-1) });
  const status = await run(['sync', 'status']);
  expect(status.code).toBe(2);
  expect(status.printed).toContainEqual(expect.stringContaining('latchkey sync run --remote --force'));
  const forced = await run(['sync', 'run', '--remote', '--force']);
  expect(forced).toMatchObject({ code: 0, printed: expect.arrayContaining(['55 done (55 delete-user).']) });
  expect((await run(['sync', 'status'])).code).toBe(0);
});

test('an application without a role gets the command that grants one, and the command works', async () => {
  const newcomer = { LOGTO_M2M_APP_ID: 'newcomer' };
  const refused: unknown = await run(['sync', 'pause'], { env: newcomer }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'FORBIDDEN' });
  const [, command = ''] = /latchkey (grant .*)$/.exec(String(refused)) ?? [];
  expect(command).toBe('grant newcomer admin');
  expect((await examineServer(newcomer)).verdicts).toContainEqual(
    expect.objectContaining({
      state: 'failed',
      about: 'Server access',
      fix: expect.stringContaining(command),
    }),
  );
  // The server starts to cache decisions about a user two seconds after the user's last change.
  await sleep(2_500);
  const denied = await run(['sync', 'status'], { env: newcomer });
  expect(denied.warned).toContainEqual(expect.stringContaining(command));
  await run(command.split(' '));
  expect((await examineServer(newcomer)).verdicts).toContainEqual(
    expect.objectContaining({ state: 'ok', about: 'Server access' }),
  );
  await run(['sync', 'resume'], { env: newcomer });
});

test.each<[string, () => Readonly<Record<string, string>>, string]>([
  ['no server', () => ({ LATCHKEY_URL: 'http://127.0.0.1:9' }), 'SERVER_UNREACHABLE'],
  ['another server', () => ({ LATCHKEY_URL: logto.url }), 'SERVER_FOREIGN'],
  ['another server that speaks JSON', () => ({ LATCHKEY_URL: permit.url }), 'SERVER_FOREIGN'],
  ['a token for another API', () => ({ LOGTO_API_RESOURCE: 'https://other.example' }), 'TOKEN_AUDIENCE'],
  [
    'a resource that Logto does not have',
    () => ({ LOGTO_API_RESOURCE: 'https://no.example' }),
    'LOGTO_RESOURCE_UNKNOWN',
  ],
])('%s has its own error code with a fix', async (_, env, code) => {
  await expect(run(['sync', 'deliveries'], { env: env() })).rejects.toMatchObject({
    code,
    fix: expect.stringMatching(/\S/),
  });
});

test('status shows the available part, and the error of the other part', async () => {
  const { code, printed, warned } = await run(['sync', 'status', '--json'], {
    env: { LATCHKEY_URL: 'http://127.0.0.1:9' },
  });
  expect({ code, warned }).toEqual({ code: 1, warned: [expect.stringContaining('LATCHKEY_URL')] });
  expect(JSON.parse(printed.join(''))).toMatchObject({ permit: { tenants: 1 } });
  const withoutPermit = await run(['sync', 'status'], { env: { PERMIT_API_KEY: 'permit_key_wrong' } });
  expect(withoutPermit.printed.at(-2)).toMatch(/^Logto has \d+ users/);
  expect(withoutPermit.warned.join('\n')).toMatch(/the API key is not valid.*\nSet PERMIT_API_KEY/);
});

test('status and grant name the missing settings of the client, and do everything else', async () => {
  const env = { LOGTO_API_RESOURCE: '' };
  const status = await run(['sync', 'status'], { env });
  expect(status.code).toBe(1);
  expect(status.printed).toContainEqual(expect.stringMatching(/^Logto has \d+ users/));
  const granted = await run(['grant', 'user4', 'editor'], { env });
  expect(granted.code).toBe(0);
  for (const { warned } of [status, granted]) {
    expect(warned.join()).toMatch(
      /LATCHKEY_URL is http.*, but the server cannot be called\. .*:\n {2}LOGTO_API_RESOURCE is missing\n/,
    );
  }
  const withoutLogto = await run(['sync', 'status'], { env: { LOGTO_ENDPOINT: '' } });
  expect(withoutLogto.warned).toEqual([
    expect.stringMatching(/called\. .*:\n {2}LOGTO_ENDPOINT is missing\n/),
  ]);
  await expect(run(['sync', 'plan'], { env: { PERMIT_API_KEY: '', LOGTO_ENDPOINT: '' } })).rejects.toThrow(
    /PERMIT_API_KEY is missing\n {2}LOGTO_ENDPOINT is missing\n/,
  );
});

test('on a terminal, says that it waits for a server that does not answer', async () => {
  const silent = await startReceiver(() => new Promise(() => {}));
  const env = { LATCHKEY_URL: silent.url };
  const warned: string[] = [];
  const granting = run(['grant', 'user5', 'editor'], { env, isTerminal: true, warned });
  await eventually(async () => expect(warned).toEqual([`Waiting up to 30 s for ${silent.url}.`]));
  await silent.close();
  expect(await granting).toMatchObject({ code: 0, printed: [expect.stringContaining('now has')] });
});

test('doctor reports that the server is ready and that the application has access', async () => {
  const { verdicts } = await examineServer();
  expect(verdicts.map(({ state, about }) => `${state} ${about}`).slice(-4)).toEqual([
    'ok Server',
    'ok Server settings',
    'ok Server access',
    'ok Directory sync',
  ]);
});

test("doctor reports that its settings differ from the server's", async () => {
  const { code, verdicts } = await examineServer({ LOGTO_APP_ID: 'mistyped' });
  expect(code).toBe(1);
  expect(verdicts).toContainEqual(
    expect.objectContaining({
      state: 'failed',
      about: 'Server settings',
      says: expect.stringContaining('LOGTO_APP_ID is console on the server, but mistyped here'),
    }),
  );
});

test("recover makes the server read Logto's failed deliveries; without a server it compares locally", async () => {
  await write('POST', '/hooks', {
    name: 'sync',
    events: ['User.SuspensionStatus.Updated'],
    config: { url: 'http://127.0.0.1:9/api/webhooks/logto' },
  });
  await write('PATCH', '/users/user58/is-suspended', { isSuspended: true });
  await logto.settled();
  const { code, warned } = await run(['sync', 'recover']);
  expect(code).toBe(0);
  expect(warned.join('')).not.toContain('suspended and deleted accounts');
  // The server has received the delivery, and knows the account's status from it.
  await eventually(async () =>
    expect(await deliveriesAbout('user58')).toMatchObject([
      { event: 'User.SuspensionStatus.Updated', status: 'applied' },
    ]),
  );
  // Nothing is left to recover, although Logto's log still has the failure.
  expect((await run(['sync', 'status'])).printed).toContain(
    'According to its log, Logto could not deliver 1 event in the last 24 hours. The server reads them from the log.',
  );
  const alone = await run(['sync', 'recover'], { env: { LATCHKEY_URL: 'http://127.0.0.1:9' } });
  expect(alone.printed).toEqual([
    'According to its log, Logto could not deliver 1 event in the last 24 hours.',
    'user:user58 is suspended: nothing to do',
  ]);
  expect(alone.warned).toEqual([
    expect.stringContaining('No server answers'),
    expect.stringContaining('suspended and deleted accounts'),
  ]);
  const here = await run(['sync', 'recover', '--here']);
  expect(here.printed).toEqual(alone.printed);
});

test('an outage of the PDP is reported as an outage, not as a denial', async () => {
  permit.faults.add({ path: '/allowed/bulk', status: 500 });
  permit.faults.add({ path: '/allowed', status: 500 });
  // A decision cached within the last five seconds is still used.
  await eventually(() =>
    expect(run(['sync', 'pause'])).rejects.toMatchObject({ code: 'AUTHORIZATION_UNAVAILABLE' }),
  );
});

test('an outage of authentication names both possible causes: Logto and the database', async () => {
  logto.addFault({ path: '/oidc/jwks', status: 503 });
  await logto.rotateKeys('RSA');
  await expect(run(['sync', 'deliveries'])).rejects.toMatchObject({
    code: 'AUTHENTICATION_UNAVAILABLE',
    fix: expect.stringContaining('Logto or its database'),
  });
  logto.clearFaults();
  await eventually(() => run(['sync', 'deliveries']));
});

/** Resolves to the changes in the audit log with this action, as JSON. */
async function recorded(action: string): Promise<string> {
  const token = await requestMachineToken({
    endpoint: logto.url,
    appId: machine.id,
    appSecret: machine.secret,
    resource: environment['LOGTO_API_RESOURCE'] ?? '',
  });
  const input = encodeURIComponent(JSON.stringify({ kind: 'change', actions: [action] }));
  const response = await fetch(`${server.url}/api/trpc/audit.list?input=${input}`, {
    headers: { authorization: `Bearer ${token.value}` },
  });
  return JSON.stringify(await response.json());
}

test("the audit log has a command's direct changes in Permit; without a server, the command warns that they are not recorded", async () => {
  await run(['grant', 'user2', 'editor']);
  await eventually(async () =>
    expect(await recorded('role.assign')).toMatch(/"channel":"cli".*"subject":"user2".*"role":"editor"/),
  );
  await run(['sync', 'pause']);
  await run(['sync', 'resume']);
  await eventually(async () => expect(await recorded('sync.resume')).toContain('"channel":"cli"'));

  await write('PATCH', '/users/user56', { name: 'Renamed' });
  logto.addFault({ path: '/api/users/user57', status: 403 });
  await expect(run(['sync', 'replay', 'user:user56', 'user:user57'])).rejects.toThrow();
  logto.clearFaults();
  await eventually(async () => expect(await recorded('sync.reconcile')).toContain('"outcome":"failed"'));

  const unreachable = await run(['grant', 'user3', 'editor'], {
    env: { LATCHKEY_URL: 'http://127.0.0.1:9' },
  });
  expect(unreachable.code).toBe(0);
  expect(unreachable.printed).toEqual(['user3 now has the role editor in default.']);
  expect(unreachable.warned.join()).toContain('The audit log does not have this change');
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s stops an apply after the current object, and the audit log has the changes made',
  async (signal) => {
    const name = signal.toLowerCase();
    const table = inFolder('table.ts');
    await writeFile(
      table,
      `export const policy = {
        resources: { ${name}: { actions: ['view'] } },
        roles: { ${name}_reader: { permissions: ['${name}:view'] } },
        defaultRole: '${name}_reader',
      };`,
    );
    permit.faults.add({ method: 'POST', path: '/v2/schema/*', delay: 600_000, count: 1 });
    const child = spawn(process.execPath, [main, 'policy', '--table', table, 'apply', '--scope', 'table'], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let warned = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (warned += chunk));
    const exited = once(child, 'exit');
    await eventually(async () => expect(permit.faults.list()).toEqual([]));
    child.kill(signal);
    await eventually(async () => expect(warned).toContain('Stopping after the current object'));
    permit.faults.clear();
    expect(await exited).toEqual([1, null]);
    expect(warned).toContain('Stopped: 1 of 2 objects changed, and they stay.');
    const events = JSON.parse(await recorded('policy.apply')).result.data.events;
    expect(events[0]).toMatchObject({
      outcome: 'failed',
      channel: 'cli',
      detail: { after: { changed: 1, planned: 2 } },
    });
    // Running the command again makes the rest.
    const again = await run(['policy', '--table', table, 'apply', '--scope', 'table']);
    expect(again.printed.at(-1)).toBe('1 of 2 objects changed.');
  },
);
