import type { Permit } from 'permitio';

export interface PermitManagementOptions {
  /** Permit's REST API, `https://api.permit.io` unless self-hosted or emulated. */
  readonly apiUrl: string;
  /** A key of the environment's level. */
  readonly apiKey: string;
  /** Milliseconds for one call; the SDK by itself waits forever. */
  readonly deadline?: number;
}

/**
 * A management call failed. `status` is Permit's HTTP status, absent when there was no answer; `retryable` says whether
 * the same call may succeed later (no answer, 408, 429, 5xx).
 */
export class PermitApiError extends Error {
  override readonly name = 'PermitApiError';
  readonly code = 'PERMIT_API_ERROR';
  readonly status: number | undefined;
  readonly retryable: boolean;
  constructor(
    message: string,
    { status, cause }: { readonly status: number | undefined; readonly cause: unknown },
  ) {
    super(message, { cause });
    this.status = status;
    this.retryable = status === undefined || status === 408 || status === 429 || status >= 500;
  }
}

/** Calls the official SDK with a deadline, and turns whatever it throws into a `PermitApiError`. */
export type CallPermit = <Result>(what: string, run: (permit: Permit) => Promise<Result>) => Promise<Result>;

export function createPermitCaller({
  apiUrl,
  apiKey,
  deadline = 10_000,
}: PermitManagementOptions): CallPermit {
  let loading: Promise<Permit> | undefined;
  // Loaded on first use: the SDK takes about 100 ms to import.
  const load = (): Promise<Permit> =>
    (loading ??= import('permitio').then(
      ({ Permit }) => new Permit({ token: apiKey, apiUrl, log: { level: 'silent' } }),
    ));

  return async (what, run) => {
    const permit = await load();
    try {
      return await within(deadline, run(permit));
    } catch (error) {
      const status = statusOf(error);
      const message = error instanceof Error ? error.message : String(error);
      throw new PermitApiError(`Permit could not ${what}: ${message}`, { status, cause: error });
    }
  };
}

async function within<Result>(deadline: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadline} ms`)), deadline);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** The HTTP status inside the SDK's error (`PermitApiError.response`, or an axios error's). */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('response' in error)) return undefined;
  const { response } = error;
  if (typeof response !== 'object' || response === null || !('status' in response)) return undefined;
  return typeof response.status === 'number' ? response.status : undefined;
}
