import { LogtoApiError } from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { rootCause } from '../../platform/database/outage.ts';

type Vendor = 'PERMIT' | 'LOGTO';
type VendorFailure = 'UNAVAILABLE' | 'RATE_LIMITED' | 'FORBIDDEN' | 'REFUSED';

/** Why an attempt failed. The codes are stable, and the console has a message for each. */
export type FailureCode = `${Vendor}_${VendorFailure}` | 'PAYLOAD_UNUSABLE' | 'ABANDONED' | 'INTERNAL';

export interface Failure {
  readonly code: FailureCode;
  readonly status?: number;
  /** A description for developers, in English, of at most 500 characters. */
  readonly detail: string;
}

/** Thrown if a stored body cannot be parsed as a Logto event, so that retrying is useless. */
export class PayloadUnusableError extends Error {
  override readonly name = 'PayloadUnusableError';
  constructor(cause: unknown) {
    super("The delivery's body does not read as an event of Logto's.", { cause });
  }
}

/** The failure of work whose server ended during the last attempt, before it recorded the outcome. */
export const abandoned: Failure = {
  code: 'ABANDONED',
  detail: 'The server ended during the last attempt.',
};

export function failureOf(error: unknown): Failure {
  if (error instanceof PermitApiError || error instanceof LogtoApiError) {
    const isPermits = error instanceof PermitApiError;
    const vendor: Vendor = isPermits ? 'PERMIT' : 'LOGTO';
    const status = statusOf(error);
    const detail = isPermits ? error.detail : error.message;
    return {
      code: `${vendor}_${kindOf(error)}`,
      ...(status === undefined ? {} : { status }),
      detail: cut(`${detail}${networkCode(detail, error.cause)}`),
    };
  }
  if (error instanceof PayloadUnusableError) return { code: 'PAYLOAD_UNUSABLE', detail: error.message };
  // The message of a failed query contains its values. Its cause, the error from the database, does not.
  const root = rootCause(error);
  return {
    code: 'INTERNAL',
    detail:
      root instanceof Error
        ? cut(`${root.name}: ${root.message}`)
        : 'A value that is not an error was thrown.',
  };
}

/** Unexpected errors are retryable too, because the number of retries is limited. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof PermitApiError || error instanceof LogtoApiError) return kindOf(error) !== 'REFUSED';
  return !(error instanceof PayloadUnusableError);
}

function statusOf(error: PermitApiError | LogtoApiError): number | undefined {
  return error instanceof PermitApiError ? error.permitStatus : error.status;
}

function kindOf(error: PermitApiError | LogtoApiError): VendorFailure {
  const status = statusOf(error);
  if (status === 429) return 'RATE_LIMITED';
  if (error.retryable) return 'UNAVAILABLE';
  return status === 401 || status === 403 ? 'FORBIDDEN' : 'REFUSED';
}

/** Returns the network error, such as ` (ECONNREFUSED)`, if there was no response and the detail does not name it. */
function networkCode(detail: string, cause: unknown): string {
  if (!(cause instanceof Error) || !('code' in cause)) return '';
  return detail.includes(String(cause.code)) ? '' : ` (${String(cause.code)})`;
}

function cut(text: string): string {
  return text.slice(0, 500);
}
