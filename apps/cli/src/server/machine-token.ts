import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { ask } from '../http/request.ts';

export interface Machine {
  readonly endpoint: string;
  readonly appId: string;
  readonly appSecret: string;
  /** The indicator of the API resource that the token is for. */
  readonly resource: string;
}

export interface MachineToken {
  readonly value: string;
  /** Seconds from now. */
  readonly lifetime: number;
}

const Granted = z.object({ access_token: z.string().min(1), expires_in: z.number() });
const Refused = z.object({ error: z.string() });

/** An access token of the application's own, for the API resource. @throws {ActionableError} `LOGTO_…` */
export async function requestMachineToken(machine: Machine): Promise<MachineToken> {
  const { endpoint, appId, appSecret, resource } = machine;
  const credentials = btoa(`${encodeURIComponent(appId)}:${encodeURIComponent(appSecret)}`);
  const answer = await ask(`${endpoint}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
  });
  if (typeof answer === 'string') {
    throw new ActionableError('LOGTO_UNREACHABLE', {
      says: `Logto at ${endpoint} does not answer: ${answer}.`,
      fix: 'Check LOGTO_ENDPOINT and the way there.',
    });
  }
  const granted = Granted.safeParse(answer.body).data;
  if (granted !== undefined) return { value: granted.access_token, lifetime: granted.expires_in };
  const error = Refused.safeParse(answer.body).data?.error ?? `HTTP ${answer.status}`;
  if (error === 'invalid_target') {
    throw new ActionableError('LOGTO_RESOURCE_UNKNOWN', {
      says: `Logto has no API resource ${resource}.`,
      fix: "Create it in Logto's console with this very indicator, or correct LOGTO_API_RESOURCE.",
    });
  }
  throw new ActionableError('LOGTO_TOKEN_REFUSED', {
    says: `Logto gives no token: ${error}.`,
    fix: 'Check LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.',
  });
}

/** The same token until half a minute before its end, then another: what is followed for hours outlives one. */
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
