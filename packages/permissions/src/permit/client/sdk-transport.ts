import type { HttpCall, HttpResponse } from './http-client.ts';

/**
 * Calls Permit's API with the HTTP client of Permit's SDK, which takes about 100 ms to load and is loaded on first use.
 * `deadline` is in milliseconds and aborts the request.
 */
export function createSdkTransport({
  apiUrl,
  apiKey,
  deadline,
}: {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly deadline: number;
}): () => Promise<(call: HttpCall) => Promise<HttpResponse>> {
  let loading: Promise<(call: HttpCall) => Promise<HttpResponse>> | undefined;
  const load = async () => {
    const { Permit } = await import('permitio');
    const { axiosInstance } = new Permit({
      token: apiKey,
      apiUrl,
      retry: false,
      log: { level: 'silent' },
    }).config;
    return async ({ method, path, headers, body, signal }: HttpCall): Promise<HttpResponse> => {
      const ending = new AbortController();
      const abort = (): void => ending.abort(signal?.reason);
      const timer = setTimeout(() => ending.abort(new Error(`no answer within ${deadline} ms`)), deadline);
      signal?.addEventListener('abort', abort);
      if (signal?.aborted === true) abort();
      try {
        const {
          status,
          data,
          headers: received,
        } = await axiosInstance.request<string>({
          method,
          url: `${apiUrl.replace(/\/$/, '')}${path}`,
          headers,
          data: body,
          signal: ending.signal,
          responseType: 'text',
          transformResponse: [],
          validateStatus: null,
          maxRedirects: 0,
        });
        const header = (name: string): string | undefined => received[name]?.toString();
        return { status, text: () => data, header };
      } catch (error) {
        ending.signal.throwIfAborted();
        // The client's own error holds the request with the API key.
        // oxlint-disable-next-line preserve-caught-error -- see above
        throw new Error(error instanceof Error ? error.message : String(error));
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      }
    };
  };
  return () =>
    (loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
}
