import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { request } from '../http/request.ts';

export interface Machine {
  readonly endpoint: string;
  readonly appId: string;
  readonly appSecret: string;
  /** An API resource's indicator. */
  readonly resource: string;
  /** The scope to request. Logto omits scopes that the application's roles do not have, and still issues the token. */
  readonly scope?: string;
}

export interface MachineToken {
  readonly value: string;
  /** Seconds until it expires. */
  readonly lifetime: number;
}

const Granted = z.object({ access_token: z.string().min(1), expires_in: z.number() });
const Refused = z.object({ error: z.string() });

/**
 * The client credentials grant (RFC 6749 §4.4).
 * @throws {ActionableError} with a code that starts with `LOGTO_`
 */
export async function requestMachineToken(machine: Machine): Promise<MachineToken> {
  const { endpoint, appId, appSecret, resource, scope } = machine;
  const credentials = btoa(`${encodeURIComponent(appId)}:${encodeURIComponent(appSecret)}`);
  const response = await request(`${endpoint}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource,
      ...(scope !== undefined && { scope }),
    }),
  });
  if (typeof response === 'string') {
    throw new ActionableError('LOGTO_UNREACHABLE', {
      says: `Logto at ${endpoint} does not answer: ${response}.`,
      fix: 'Check LOGTO_ENDPOINT and the network.',
    });
  }
  const granted = Granted.safeParse(response.body).data;
  if (granted !== undefined) return { value: granted.access_token, lifetime: granted.expires_in };
  const error = Refused.safeParse(response.body).data?.error;
  const { status } = response;
  if (error === undefined || status === 429 || status >= 500) {
    throw new ActionableError('LOGTO_UNAVAILABLE', {
      says: `Logto at ${endpoint} is unavailable: it answered ${status} instead of a token.`,
      fix: 'Try again in a minute. If that does not help, check LOGTO_ENDPOINT.',
    });
  }
  if (error === 'invalid_target') {
    throw new ActionableError('LOGTO_RESOURCE_UNKNOWN', {
      says: `Logto has no API resource ${resource}.`,
      fix: "Create it in Logto's console with exactly this indicator, or correct LOGTO_API_RESOURCE.",
    });
  }
  throw new ActionableError('LOGTO_TOKEN_REFUSED', {
    says: `Logto issues no token: ${error}.`,
    fix: 'Check LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.',
  });
}

/** Reuses a token until 30 seconds before it expires, then requests a new one: a command may run for hours. */
export function createTokenSource(machine: Machine): () => Promise<string> {
  let current: { readonly value: string; readonly endsAt: number } | undefined;
  return async () => {
    if (current === undefined || current.endsAt < Date.now()) {
      const { value, lifetime } = await requestMachineToken(machine);
      current = { value, endsAt: Date.now() + (lifetime - 30) * 1000 };
    }
    return current.value;
  };
}
