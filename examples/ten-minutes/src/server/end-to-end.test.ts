import { createPermitDecider, createPermitDirectory } from '@latchkey/permissions/permit';
import { createTRPCClient, httpBatchLink, TRPCClientError, type TRPCClient } from '@trpc/client';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { policy } from '../policy.ts';
import { documentsOf } from './documents.ts';
import { createDocumentRoute } from './document-route.ts';
import { createIdentify } from './identify.ts';
import { putIntoFolder } from './put-into-folder.ts';
import type { AppRouter } from './router.ts';
import { signUp } from './sign-up.ts';

/* The app as the guide starts it, in its own processes, with the Permit emulator and a key set for verifying tokens. */
const folder = new URL('../..', import.meta.url);
const Announced = z.object({
  url: z.string(),
  pdpUrl: z.string(),
  keys: z.object({ environment: z.string() }),
});
const audience = 'https://documents.example';
let emulator: ChildProcess;
let permit: z.output<typeof Announced>;
let keys: Server;
let issuer: string;
let keySet: Parameters<typeof createLocalJWKSet>[0];
let signingKey: CryptoKey;
let app: ChildProcess;
let url: string;
let applied: string;

beforeAll(async () => {
  const emulatorCli = '../../packages/permit-emulator/src/cli.ts';
  const ports = ['--port', '0', '--pdp-port', '0', '--opa-port', 'off'];
  emulator = run([emulatorCli, '--seed', 'permit.yaml', '--json', ...ports], {});
  permit = Announced.parse(JSON.parse(await outputOf(emulator, /^\{.*\}$/m)));

  const pair = await generateKeyPair('ES384');
  signingKey = pair.privateKey;
  keySet = { keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES384' }] };
  keys = createServer((_, response) => response.end(JSON.stringify(keySet)));
  await new Promise<void>((resolve) => {
    keys.listen(0, '127.0.0.1', resolve);
  });
  const address = keys.address();
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/oidc`;

  const env = {
    PERMIT_API_KEY: permit.keys.environment,
    PERMIT_API_URL: permit.url,
    PERMIT_PDP_URL: permit.pdpUrl,
    OIDC_ISSUER: issuer,
    API_RESOURCE: audience,
    PORT: '0',
    NODE_ENV: 'test', // Without it Express prints every refused request.
  };
  applied = (await promisify(execFile)(process.execPath, ['src/apply.ts'], { cwd: folder, env })).stdout;

  const directory = createPermitDirectory({ policy, apiUrl: permit.url, apiKey: permit.keys.environment });
  await signUp(directory, { subject: 'ann', tenant: 'acme' });
  await signUp(directory, { subject: 'bob', tenant: 'acme' });

  app = run(['src/server/main.ts'], env);
  url = `http://127.0.0.1:${await outputOf(app, /(?<=port: )\d+/)}`;
});
afterAll(() => {
  app.kill();
  emulator.kill();
  keys.closeAllConnections();
  keys.close();
});

function run(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Waits for the first match of the pattern in the process's output, and returns it. */
function outputOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The process ended with ${code}.`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const match = pattern.exec(output)?.[0];
      if (match !== undefined) resolve(match);
    });
  });
}

const tokenOf = (subject: string): Promise<string> =>
  new SignJWT({ organization_id: 'acme' })
    .setProtectedHeader({ alg: 'ES384', typ: 'at+jwt' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('5m')
    .sign(signingKey);

async function clientOf(subject: string): Promise<TRPCClient<AppRouter>> {
  const headers = { authorization: `Bearer ${await tokenOf(subject)}` };
  return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${url}/api/trpc`, headers })] });
}

async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof TRPCClientError ? error.data : error;
}

test('apply.ts prints its changes', () => {
  expect(applied).toContain('created resource documents');
  expect(applied).toContain('created role member');
});

test('the creator of a document owns it; others neither see nor delete it', async () => {
  const [ann, bob] = await Promise.all([clientOf('ann'), clientOf('bob')]);
  const { id } = await ann.create.mutate({ title: 'Plans' });
  expect(await ann.list.query()).toMatchObject([{ id, title: 'Plans' }]);
  expect(await bob.list.query()).toEqual([]);
  const rule = { role: 'member', resourceSet: 'published', text: 'member on published' };
  expect(await refusalOf(bob.get.query({ id }))).toMatchObject({
    httpStatus: 403,
    problem: { code: 'FORBIDDEN', grantedBy: ['admin'], grantedByRules: [rule] },
  });
  expect(await refusalOf(bob.remove.mutate({ id }))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await bob.gates.mutate([{ path: 'create' }, { path: 'remove', input: { id } }])).toMatchObject([
    { state: 'allowed' },
    {
      state: 'denied',
      permission: 'documents:delete',
      grantedBy: ['admin'],
      grantedByInstanceRoles: ['owner'],
    },
  ]);

  const exported = async (subject: string) =>
    fetch(`${url}/documents/${id}/export`, {
      headers: { authorization: `Bearer ${await tokenOf(subject)}` },
    });
  expect(await (await exported('ann')).text()).toBe('Plans');
  const refused = await exported('bob');
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ code: 'FORBIDDEN', permission: 'documents:edit' });

  await ann.remove.mutate({ id });
  expect(await ann.list.query()).toEqual([]);
});

test('an editor of the folder edits the document in it', async () => {
  const [ann, bob] = await Promise.all([clientOf('ann'), clientOf('bob')]);
  const options = { policy, apiUrl: permit.url, apiKey: permit.keys.environment };
  const { id } = await ann.create.mutate({ title: 'Shared' });
  const directory = createPermitDirectory(options);
  await putIntoFolder(directory, { document: id, folder: 'plans', tenant: 'acme' });
  await directory.assignRole({ user: 'bob', tenant: 'acme', role: 'editor', instance: 'folders:plans' });
  expect(await bob.get.query({ id })).toMatchObject({ title: 'Shared' });
  expect(await refusalOf(bob.remove.mutate({ id }))).toMatchObject({ code: 'FORBIDDEN' });
});

test('a request without a token is 401', async () => {
  const stranger = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${url}/api/trpc` })] });
  expect(await refusalOf(stranger.list.query())).toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 401 });
  expect((await fetch(`${url}/documents/1/export`)).status).toBe(401);
});

test('the route handler refuses and allows like the router', async () => {
  const apiKey = permit.keys.environment;
  const directory = createPermitDirectory({ policy, apiUrl: permit.url, apiKey });
  await directory.assignRole({ user: 'ann', tenant: 'acme', role: 'owner', instance: 'documents:7' });
  const decider = createPermitDecider({ policy, url: permit.pdpUrl, apiKey, deadline: 60_000 });
  const identify = createIdentify(createLocalJWKSet(keySet), { issuer, audience });
  const route = createDocumentRoute({ decider, identify });
  const remove = async (subject: string, { DELETE } = route) =>
    DELETE(
      new Request('https://app.example/documents/7', {
        headers: { authorization: `Bearer ${await tokenOf(subject)}` },
      }),
      { params: Promise.resolve({ id: '7' }) },
    );
  const documents = documentsOf('acme');
  try {
    documents.set('7', { id: '7', title: 'Seven', status: 'draft' });
    const refused = await remove('bob');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'FORBIDDEN', permission: 'documents:delete' });
    expect(documents.has('7')).toBe(true);
    expect((await remove('ann')).status).toBe(204);
    expect(documents.has('7')).toBe(false);

    const nowhere = createPermitDecider({ policy, url: 'http://127.0.0.1:1', apiKey, retries: 0 });
    const outage = createDocumentRoute({ decider: nowhere, identify });
    expect((await remove('ann', outage)).status).toBe(503);
    await nowhere.close();
  } finally {
    await decider.close();
  }
});
