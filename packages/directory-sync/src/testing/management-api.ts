import type { Emulator } from '@latchkey/logto-emulator';
import { z } from 'zod';

/**
 * Calls Logto's Management API; `path` is relative to `/api`. Resolves to the parsed body; `undefined` when it is not a JSON
 * object. Rejects with the status and the body when Logto refuses the call.
 */
export type CallManagementApi = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** The Management API of an emulator, called with a token of the emulator's own. */
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

/** The id in a body of the Management API. @throws {z.ZodError} when it has none */
export const idOf = (body: unknown): string => WithId.parse(body).id;
