import type { Emulator } from '@latchkey/logto-emulator';
import { z } from 'zod';

/** The credentials of the machine-to-machine application that sync uses in tests. */
export const m2m = { appId: 'sync', appSecret: 'the-secret-of-the-sync-application' };

/** The application of `m2m` in the seed of the Logto emulator. `startEmulators` and `startEmulatorProcesses` add it. */
export const syncApplication = {
  id: m2m.appId,
  name: 'Sync',
  type: 'MachineToMachine',
  secret: m2m.appSecret,
  managementApi: true,
} as const;

/**
 * Calls Logto's Management API; `path` is relative to `/api`. Resolves to the parsed body, or to `undefined` if the
 * body is not a JSON object. Rejects with the status and the body if Logto refuses the call.
 */
export type CallManagementApi = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Returns a function that calls an emulator's Management API with a token that the emulator issued. */
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

/** Returns the id in a Management API response. @throws {z.ZodError} when it has none */
export const idOf = (body: unknown): string => WithId.parse(body).id;
