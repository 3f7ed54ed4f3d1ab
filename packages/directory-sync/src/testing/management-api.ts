import type { Emulator } from '@latchkey/logto-emulator';
import { z } from 'zod';

export const m2m = { appId: 'sync', appSecret: 'the-secret-of-the-sync-application' };

export const syncApplication = {
  id: m2m.appId,
  name: 'Sync',
  type: 'MachineToMachine',
  secret: m2m.appSecret,
  managementApi: true,
} as const;

/** `path` is relative to `/api`. Resolves to `undefined` for a body that is not an object; rejects if Logto refuses. */
export type CallManagementApi = (method: string, path: string, body?: unknown) => Promise<unknown>;

export async function connectManagementApi(
  logto: Pick<Emulator, 'url' | 'managementToken'>,
): Promise<CallManagementApi> {
  const token = await logto.managementToken();
  return async (method, path, body) => {
    const response = await fetch(`${logto.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  };
}

const WithId = z.object({ id: z.string() });

export const idOf = (body: unknown): string => WithId.parse(body).id;
