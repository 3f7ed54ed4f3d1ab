import { PermitApiError } from '@latchkey/permissions/permit';
import { ActionableError } from './actionable-error.ts';

/** Converts a failed Permit API call to an {@link ActionableError} with a fix. Returns other errors unchanged. */
export function explainPermitFailure(error: unknown): unknown {
  if (!(error instanceof PermitApiError)) return error;
  const [code, fix] = wayOut(error);
  return new ActionableError(code, { says: `${error.detail}.`, fix });
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
  if (status === 429) return ['PERMIT_RATE_LIMITED', 'Wait a minute, then run the same again.'];
  if (retryable) {
    return [
      'PERMIT_UNAVAILABLE',
      'Run the command again later. If it still fails, check PERMIT_API_URL, the network, and https://status.permit.io.',
    ];
  }
  if (status === undefined) {
    return [
      'PERMIT_KEY_LEVEL',
      "Set PERMIT_API_KEY to the key of an environment: a project's or an organization's names none.",
    ];
  }
  if (status === 404) {
    return [
      'PERMIT_REFUSED',
      'Create it in Permit, or correct its name. Directory sync creates the tenant of an organization in Logto.',
    ];
  }
  return ['PERMIT_REFUSED', 'What Permit refuses is named above. "latchkey doctor" checks the rest.'];
}
