import type { LogtoManagementOptions } from '@latchkey/directory-sync';
import { m2m, syncApplication } from '@latchkey/directory-sync/testing';
import { start, type Emulator, type Seed } from '@latchkey/logto-emulator';
import { z } from 'zod';
import { signingKey } from './test-server.ts';

export interface TestLogto {
  readonly emulator: Emulator;
  readonly management: LogtoManagementOptions;
  /** Sends Logto's webhooks to this server from now on. */
  hookTo(serverUrl: string): Promise<void>;
  manage(method: string, path: string, body?: unknown): Promise<unknown>;
  newUser(more?: object): Promise<string>;
  newOrganization(name: string): Promise<string>;
  close(): Promise<void>;
}

const events = [
  'PostRegister',
  'User.Created',
  'User.Data.Updated',
  'User.Deleted',
  'User.SuspensionStatus.Updated',
  'Organization.Created',
  'Organization.Data.Updated',
  'Organization.Deleted',
  'Organization.Membership.Updated',
  'OrganizationRole.Data.Updated',
  'OrganizationRole.Deleted',
];
const WithId = z.object({ id: z.string() });

/** Logto's emulator with sync's machine-to-machine application, a hook without a reachable URL, and the test's seed. */
export async function startTestLogto(seed: Seed = {}): Promise<TestLogto> {
  const emulator = await start({
    seed: {
      applications: [syncApplication],
      roles: [{ id: 'staff', name: 'staff' }],
      // The mapping names `admin` only.
      organizationRoles: [
        { id: 'admin', name: 'admin' },
        { id: 'guest', name: 'guest' },
      ],
      hooks: [{ id: 'hook', name: 'sync', url: 'http://127.0.0.1:9/', events, signingKey }],
      ...seed,
    },
  });
  const token = await emulator.managementToken();
  let users = 0;
  const manage: TestLogto['manage'] = async (method, path, body) => {
    const response = await fetch(`${emulator.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  };
  const create = async (path: string, body: object): Promise<string> =>
    WithId.parse(await manage('POST', path, body)).id;
  return {
    emulator,
    management: { endpoint: emulator.url, ...m2m },
    hookTo: async (url) =>
      void (await manage('PATCH', '/hooks/hook', { config: { url: `${url}/api/webhooks/logto` } })),
    manage,
    newUser: (more = {}) => create('/users', { username: `user_${++users}`, ...more }),
    newOrganization: (name) => create('/organizations', { name }),
    close: () => emulator.close(),
  };
}
