/** One request of a delivery and what came of it. */
export interface Attempt {
  /** Epoch milliseconds of the emulator's clock. */
  readonly at: number;
  readonly response: { readonly status: number; readonly body: string } | null;
  /** Why there was no response, or none with a 2xx status. */
  readonly error: string | null;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Logto gives an endpoint ten seconds. */
const timeout = 10_000;

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `TimeoutError: Request timed out after ${timeout} ms`;
  const { cause } = error;
  return cause instanceof Error
    ? `${error.name}: ${error.message}: ${cause.message}`
    : `${error.name}: ${error.message}`;
}

/** Sends once. 307 and 308 are followed with the body, 301 to 303 without: both count as delivered when a 2xx follows. */
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
