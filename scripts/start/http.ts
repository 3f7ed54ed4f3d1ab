import { setTimeout as sleep } from 'node:timers/promises';
import { MACHINE_APP } from './seed-users.ts';

const CALL_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 50;

interface Call {
  readonly method?: 'GET' | 'PATCH' | 'POST';
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: object;
}

/** Calls an API and parses its JSON response. @throws when the response is not successful */
export async function call(
  url: string,
  { method = 'POST', token, body }: Call,
): Promise<Record<string, unknown>> {
  return send(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

export async function managementToken(endpoint: string): Promise<string> {
  const { access_token: token } = await send(`${endpoint}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: MACHINE_APP.id,
      client_secret: MACHINE_APP.secret,
      resource: 'https://default.logto.app/api',
      scope: 'all',
    }),
  });
  return String(token);
}

async function send(url: string, init: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
  const text = await response.text();
  const { pathname } = new URL(url);
  if (!response.ok) throw new Error(`${init.method} ${pathname} answered ${response.status}: ${text}`);
  return Object(JSON.parse(text));
}

/** Polls until the condition holds. @throws the signal's reason when it is aborted */
export async function pollUntil(condition: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  /* oxlint-disable no-await-in-loop -- sequential polling */
  while (!(await condition())) {
    await sleep(POLL_INTERVAL_MS);
    signal.throwIfAborted();
  }
  /* oxlint-enable no-await-in-loop */
}

/** Resolves when a URL responds with a 2xx status. @throws the signal's reason when it is aborted */
export function waitUntilReady(url: string, signal: AbortSignal): Promise<void> {
  return pollUntil(async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
      await response.body?.cancel();
      return response.ok;
    } catch {
      // Nothing listens yet.
      return false;
    }
  }, signal);
}
