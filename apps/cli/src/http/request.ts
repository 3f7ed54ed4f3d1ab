/** An answer over HTTP; `body` is undefined when it is no JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Milliseconds. */
const deadline = 5_000;

/** The answer, or in words why there is none. Redirects are answers: nothing that is asked here should move. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer | string> {
  try {
    const signal = AbortSignal.timeout(deadline);
    const response = await fetch(url, { redirect: 'manual', ...init, signal });
    return { status: response.status, body: parsed(await response.text()) };
  } catch (error) {
    return reasonOf(error);
  }
}

export function askJson(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says only that it failed; its cause says why. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (cause instanceof AggregateError || (cause instanceof Error && 'code' in cause)) return codeOf(cause);
  return error.message;
}

function codeOf(cause: Error): string {
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
