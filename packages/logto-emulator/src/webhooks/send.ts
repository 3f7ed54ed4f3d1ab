/** One request of a delivery and its result. */
export interface Attempt {
  /** Epoch milliseconds of the emulator's clock. */
  readonly at: number;
  readonly response: { readonly status: number; readonly body: string } | null;
  /** Why there was no response, or no response with a 2xx status. */
  readonly error: string | null;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Logto waits ten seconds for a response. */
const timeout = 10_000;

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `TimeoutError: Request timed out after ${timeout} ms`;
  const { cause } = error;
  return cause instanceof Error
    ? `${error.name}: ${error.message}: ${cause.message}`
    : `${error.name}: ${error.message}`;
}

/**
 * Sends one request. It follows 307 and 308 with the body, and 301 to 303 without it. When a 2xx follows, both
 * count as delivered.
 */
export async function send({ url, headers, body }: WebhookRequest, now: () => number): Promise<Attempt> {
  const at = now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(timeout),
    });
    const text = await response.text();
    const error = response.ok
      ? null
      : `HTTPError: Request failed with status code ${response.status}: POST ${url}`;
    return { at, response: { status: response.status, body: text }, error };
  } catch (error) {
    return { at, response: null, error: reason(error) };
  }
}
