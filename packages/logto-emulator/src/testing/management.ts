import type { Emulator } from '../start.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined when the body is not JSON. */
  readonly body: unknown;
}

export type Manage = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** Calls the Management API with its own token. */
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

/** The id in a response. */
export const idOf = ({ body }: Reply): string => String(Object(body).id);
