import { start as startLogto, type Emulator as Logto, type Seed } from '@latchkey/logto-emulator';
import { start as startPermit, type Emulator as Permit } from '@latchkey/permit-emulator';
import { createDatabase, freePort, startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { afterAll, inject } from 'vitest';
import { runCli } from './run-cli.ts';
import { machine, settingsFor } from './setup-logto.ts';

const resource = { name: 'API', indicator: 'https://api.latchkey.example' };

export interface TestSystem {
  readonly logto: Logto;
  readonly permit: Permit;
  readonly server: ServerProcess;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts Logto, Permit with the policy, and the server, until the end of the test file. `machine` is an administrator.
 * @param roles - further roles: `[user, role]`
 */
export async function startSystem(
  { resources = [], applications = [], ...seed }: Seed,
  roles: readonly (readonly [string, string])[] = [],
): Promise<TestSystem> {
  const [logto, permit] = await Promise.all([
    startLogto({
      seed: { ...seed, resources: [resource, ...resources], applications: [machine, ...applications] },
    }),
    startPermit({ port: 0, pdpPort: 0, opaPort: 'off' }),
  ]);
  afterAll(async () => void (await Promise.all([logto.close(), permit.close()])));
  const env = {
    ...settingsFor(logto),
    LOGTO_API_RESOURCE: resource.indicator,
    LOGTO_WEBHOOK_SIGNING_KEYS: 'a signing key of the test',
    PERMIT_API_URL: permit.url,
    PERMIT_API_KEY: permit.keys.environment,
    PERMIT_PDP_URL: permit.pdpUrl,
    METRICS_PORT: String(await freePort()),
    PERMIT_WRITES_PER_MINUTE: '100000',
    PERMIT_DELETES_PER_MINUTE: '100000',
  };
  await runCli(['policy', 'apply'], { env });
  for (const [key, role] of [[machine.id, 'admin'], ...roles] as const)
    await runCli(['grant', key, role], { env }); // oxlint-disable-line no-await-in-loop -- few
  const server = await startServerProcess({
    ...env,
    DATABASE_URL: await createDatabase(inject('postgresUrl')),
    LOGTO_APP_ID: 'console',
    SYNC_SWEEP_MINUTES: '0',
  });
  afterAll(async () => void (await server.stop()));
  return { logto, permit, server, env: { ...env, LATCHKEY_URL: server.url } };
}
