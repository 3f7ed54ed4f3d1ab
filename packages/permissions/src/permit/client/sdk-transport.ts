import type { HttpCall, HttpResponse } from './http-client.ts';

interface SdkTransportOptions {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Milliseconds. */
  readonly deadline: number;
}

/**
 * Sends requests with the HTTP client of Permit's SDK, which takes about 100 ms to load, so it is loaded on first use.
 */
export function createSdkTransport({ apiUrl, apiKey, deadline }: SdkTransportOptions) {
  const load = resolveOnce(async () => {
    const { Permit } = await import('permitio');
    return new Permit({ token: apiKey, apiUrl, retry: false, log: { level: 'silent' } }).config.axiosInstance;
  });

  return async () => {
    const http = await load();
    return async ({ method, path, headers, body, signal }: HttpCall): Promise<HttpResponse> => {
      const ending = new AbortController();
      const abort = (): void => ending.abort(signal?.reason);
      const timer = setTimeout(() => ending.abort(new Error(`no answer within ${deadline} ms`)), deadline);
      signal?.addEventListener('abort', abort);
      if (signal?.aborted === true) abort();
      try {
        const response = await http.request<string>({
          method,
          baseURL: apiUrl,
          url: path,
          headers,
          data: body,
          signal: ending.signal,
          responseType: 'text',
          transformResponse: [],
          validateStatus: null,
          maxRedirects: 0,
        });
        const header = (name: string): string | undefined => response.headers[name]?.toString();
        return { status: response.status, text: () => response.data, header };
      } catch (error) {
        ending.signal.throwIfAborted();
        // Not the client's own error, which contains the request with the API key.
        // oxlint-disable-next-line preserve-caught-error -- see above
        throw new Error(error instanceof Error ? error.message : String(error));
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      }
    };
  };
}

/** Runs `make` on the first call, and again only after it failed. */
export function resolveOnce<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
