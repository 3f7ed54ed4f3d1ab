import { LogtoApiError } from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';

type Vendor = 'PERMIT' | 'LOGTO';
type VendorFailure = 'UNAVAILABLE' | 'RATE_LIMITED' | 'FORBIDDEN' | 'REFUSED';

/** Why something could not be made so in Permit. Codes are stable: a page has words for each. */
export type FailureCode = `${Vendor}_${VendorFailure}` | 'PAYLOAD_UNUSABLE' | 'INTERNAL';

export interface Failure {
  readonly code: FailureCode;
  /** The vendor's HTTP status; absent when it gave none. */
  readonly status?: number;
  /** For developers, in English, at most 500 characters. */
  readonly detail: string;
}

/** A delivery does not read as an event of Logto's: no other try will read it. */
export class PayloadUnusableError extends Error {
  override readonly name = 'PayloadUnusableError';
  constructor(cause: unknown) {
    super("The delivery's body does not read as an event of Logto's.", { cause });
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof PermitApiError || error instanceof LogtoApiError) {
    const vendor: Vendor = error instanceof PermitApiError ? 'PERMIT' : 'LOGTO';
    const { status } = error;
    return {
      code: `${vendor}_${kindOf(error)}`,
      ...(status === undefined ? {} : { status }),
      detail: cut(`${error.message}${networkCode(error.cause)}`),
    };
  }
  if (error instanceof PayloadUnusableError) return { code: 'PAYLOAD_UNUSABLE', detail: error.message };
  const root = rootOf(error);
  return {
    code: 'INTERNAL',
    detail:
      root instanceof Error ? cut(`${root.name}: ${root.message}`) : 'Something was thrown that is no error.',
  };
}

/**
 * Whether the same may succeed later: after an outage, or when somebody has put a key right. What is wrong with a delivery
 * itself is found within the retries.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof PermitApiError || error instanceof LogtoApiError) return kindOf(error) !== 'REFUSED';
  return !(error instanceof PayloadUnusableError);
}

function kindOf({ status, retryable }: PermitApiError | LogtoApiError): VendorFailure {
  if (status === 429) return 'RATE_LIMITED';
  if (retryable) return 'UNAVAILABLE';
  return status === 401 || status === 403 ? 'FORBIDDEN' : 'REFUSED';
}

/** ` (ECONNREFUSED)`: what to look for when there was no answer. */
function networkCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
}

/** A failed query's own message has the values that were to be written; what the database said has none. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

function cut(text: string): string {
  return text.slice(0, 500);
}
