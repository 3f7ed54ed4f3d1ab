import { AuthorizationUnavailableError } from '@latchkey/permissions';
import { PermitApiError } from '@latchkey/permissions/permit';
import { z } from 'zod';
import { ActionableError } from './actionable-error.ts';
import { reasonOf } from './http/request.ts';

/** A `LogtoApiError`, recognized by its shape: the published program does not include the package of that class. */
const LogtoFailure = z.object({
  code: z.literal('LOGTO_API_ERROR'),
  message: z.string(),
  cause: z.unknown(),
});

/** Converts a failed call of Permit, the PDP or Logto to an {@link ActionableError}. Returns other errors unchanged. */
export function explainVendorFailure(error: unknown): unknown {
  if (error instanceof PermitApiError) {
    const [code, fix] = wayOut(error);
    return new ActionableError(code, { says: `${error.detail}.`, fix });
  }
  if (error instanceof AuthorizationUnavailableError) {
    return new ActionableError(error.code, {
      says: `The PDP does not decide (${error.outage}): ${error.detail}.`,
      fix: 'Check PERMIT_PDP_URL and the PDP: "latchkey doctor" examines both.',
    });
  }
  const logto = LogtoFailure.safeParse(error).data;
  if (logto === undefined) return error;
  const reason = logto.cause === undefined ? '' : ` (${reasonOf(logto.cause)})`;
  return new ActionableError(logto.code, {
    says: `${logto.message.replace(/\.$/, '')}${reason}.`,
    fix: 'Check LOGTO_ENDPOINT and the machine-to-machine application: "latchkey doctor" examines both. Then run the command again.',
  });
}

function wayOut({ permitStatus: status, retryable }: PermitApiError): [code: string, fix: string] {
  if (status === 401) {
    return ['PERMIT_KEY_INVALID', "Set PERMIT_API_KEY to the environment's key, from Permit's settings."];
  }
  if (status === 403) {
    return [
      'PERMIT_KEY_FORBIDDEN',
      "Set PERMIT_API_KEY to a key of this environment that can read and write, from Permit's settings.",
    ];
  }
  if (status === 429) return ['PERMIT_RATE_LIMITED', 'Wait a minute, then run the command again.'];
  if (retryable) {
    return [
      'PERMIT_UNAVAILABLE',
      'Run the command again later. If it still fails, check PERMIT_API_URL, the network, and https://status.permit.io.',
    ];
  }
  if (status === undefined) {
    return [
      'PERMIT_KEY_LEVEL',
      'Set PERMIT_API_KEY to the key of an environment. The key of a project or an organization belongs to no single one.',
    ];
  }
  if (status === 404) {
    return [
      'PERMIT_REFUSED',
      'Create it in Permit, or correct its name. Directory sync creates the tenant of an organization in Logto.',
    ];
  }
  return ['PERMIT_REFUSED', 'Correct what Permit refuses. "latchkey doctor" checks the set-up.'];
}
