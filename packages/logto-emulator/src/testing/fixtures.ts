import type { Seed } from '../seed/schema.ts';
import type { Emulator } from '../start.ts';

export const api = 'https://api.example.test';

/** A small company: Ada, who has a scope and administers Acme, and Bob, who has no rights. */
export const seed = {
  applications: [
    {
      id: 'spa-app',
      name: 'Console',
      type: 'SPA',
      description: 'the console',
      redirectUris: ['http://localhost:5173/callback'],
      postLogoutRedirectUris: ['http://localhost:5173'],
    },
    { id: 'm2m-app', name: 'Sync', type: 'MachineToMachine', secret: 'm2m-secret', managementApi: true },
    {
      id: 'web-app',
      name: 'Site',
      type: 'Traditional',
      secret: 'web-secret',
      redirectUris: ['http://localhost:5174/callback'],
    },
  ],
  resources: [{ name: 'API', indicator: api, scopes: [{ name: 'read:things' }, { name: 'write:things' }] }],
  roles: [{ name: 'reader', scopes: [{ resource: api, name: 'read:things' }] }],
  organizationScopes: [{ name: 'manage:members' }, { name: 'view:billing' }],
  organizationRoles: [
    {
      name: 'org-admin',
      scopes: ['manage:members'],
      resourceScopes: [{ resource: api, name: 'write:things' }],
    },
  ],
  users: [
    {
      id: 'ada000000000',
      username: 'ada',
      primaryEmail: 'ada@example.test',
      name: 'Ada',
      password: 'correct horse',
      roles: ['reader'],
    },
    { id: 'bob000000000', username: 'bob', password: 'battery staple' },
    { id: 'eve000000000', username: 'eve', password: 'suspended one', isSuspended: true },
  ],
  organizations: [
    { id: 'acme00000000', name: 'Acme', members: [{ userId: 'ada000000000', roles: ['org-admin'] }] },
    { id: 'globex000000', name: 'Globex' },
  ],
} satisfies Seed;

export const spa = (endpoint: string) => ({
  endpoint,
  clientId: 'spa-app',
  redirectUri: 'http://localhost:5173/callback',
});

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when the body is not JSON. */
  readonly body: unknown;
}

export type Manage = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** The function has a token of its own. */
export async function manager(logto: Emulator): Promise<Manage> {
  const token = await logto.managementToken();
  return async (method, path, body) => {
    const response = await fetch(`${logto.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': 'node' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
}

export const idOf = ({ body }: Reply): string => String(Object(body).id);
