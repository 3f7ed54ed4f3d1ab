import {
  webhookEventNames,
  type LogtoManagementOptions,
  createLogtoManagement,
  createPermitClient,
  createPermitFacts,
  type ReconcileDeps,
} from '@latchkey/directory-sync';
import { idOf, startLogtoEmulator, type CallManagementApi } from '@latchkey/directory-sync/testing';
import type { Emulator, Seed } from '@latchkey/logto-emulator';
import { directoryMapping } from '@latchkey/policy/directory';
import { afterEachTest, afterFile } from './after-file.ts';
import { signingKey, type TestServer } from './test-server.ts';

export interface TestLogto {
  readonly emulator: Emulator;
  readonly management: LogtoManagementOptions;
  /** Sends Logto's webhooks to this server from now on. */
  hookTo(serverUrl: string): Promise<void>;
  /** Disables Logto's webhook until `hookTo`. Logto logs no failed delivery that a run could recover. */
  loseDeliveries(): Promise<void>;
  readonly manage: CallManagementApi;
  newUser(more?: object): Promise<string>;
  newOrganization(name: string): Promise<string>;
  /** Adds a user to an organization, and assigns these roles there. */
  join(organization: string, user: string, ...roles: string[]): Promise<void>;
  assign(organization: string, user: string, ...roles: string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts Logto's emulator with sync's machine-to-machine application, a hook without a reachable URL, and the test's
 * seed. Closed after the file at the latest. Its faults end with each test.
 */
export async function startTestLogto(
  seed: Seed = {},
  options: { readonly shuffleLists?: number; readonly refusePrivateWebhooks?: boolean } = {},
): Promise<TestLogto> {
  const all: Seed = {
    roles: [
      { id: 'staff', name: 'staff' },
      { id: 'cleared', name: 'Cleared for confidential' },
    ],
    // The directory mapping names only the organization role `admin`.
    organizationRoles: [
      { id: 'admin', name: 'admin' },
      { id: 'guest', name: 'guest' },
    ],
    hooks: [
      { id: 'hook', name: 'sync', url: 'http://127.0.0.1:9/', events: [...webhookEventNames], signingKey },
    ],
    ...seed,
  };
  const { emulator, connection, manage } = await startLogtoEmulator(all, options);
  const stack = new AsyncDisposableStack();
  stack.defer(() => emulator.close());
  afterFile(() => stack.disposeAsync());
  afterEachTest(() => emulator.clearFaults());
  let users = 0;
  const create = async (path: string, body: object): Promise<string> =>
    idOf(await manage('POST', path, body));
  const assign = async (organization: string, user: string, ...roles: string[]): Promise<void> =>
    void (await manage('POST', `/organizations/${organization}/users/${user}/roles`, {
      organizationRoleIds: roles,
    }));
  const changeHook = async (change: object): Promise<void> =>
    void (await manage('PATCH', '/hooks/hook', change));
  return {
    emulator,
    management: connection,
    hookTo: (url) => changeHook({ enabled: true, config: { url: `${url}/api/webhooks/logto` } }),
    loseDeliveries: () => changeHook({ enabled: false }),
    manage,
    newUser: (more = {}) => create('/users', { username: `user_${++users}`, ...more }),
    newOrganization: (name) => create('/organizations', { name }),
    async join(organization, user, ...roles) {
      await manage('POST', `/organizations/${organization}/users`, { userIds: [user] });
      if (roles.length > 0) await assign(organization, user, ...roles);
    },
    assign,
    close: () => stack.disposeAsync(),
  };
}

/** Returns the dependencies with which a test reads both directories directly. */
export function directoryDeps(
  { permit }: Pick<TestServer, 'permit'>,
  { management }: Pick<TestLogto, 'management'>,
): ReconcileDeps {
  const facts = { apiUrl: permit.url, apiKey: permit.keys.environment };
  return {
    logto: createLogtoManagement(management),
    permit: createPermitFacts(createPermitClient(facts)),
    mapping: directoryMapping,
  };
}
