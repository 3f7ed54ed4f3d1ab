import type { Dispatcher } from 'undici';

/** A complete response. */
export interface HttpResponse {
  readonly status: number;
  /** Decodes the body at each call. */
  readonly text: () => string;
  header(name: string): string | undefined;
}

/**
 * Sends the request with `dispatch` and resolves to the complete response. undici's own `body.text()` retains the texts
 * of past responses until V8 collects its whole heap: with a hundred thousand users, 50 MiB of texts and as much of
 * buffers. Rejects when there is no response, or with the signal's reason.
 */
export function readResponse(
  signal: AbortSignal | undefined,
  dispatch: (handler: Dispatcher.DispatchHandler) => void,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const chunks: Buffer[] = [];
  let head: Omit<HttpResponse, 'text'>;
  let controller: Dispatcher.DispatchController | undefined;
  const abort = (): void => controller?.abort(signal?.reason);
  const stopListening = (): void => signal?.removeEventListener('abort', abort);
  signal?.addEventListener('abort', abort);
  dispatch({
    onRequestStart(started) {
      controller = started;
      if (signal?.aborted === true) abort();
    },
    onResponseStart(_controller, status, headers) {
      const header = (name: string): string | undefined => [headers[name]].flat()[0];
      head = { status, header };
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      stopListening();
      resolve({ ...head, text: () => Buffer.concat(chunks).toString() });
    },
    onResponseError(_controller, error) {
      stopListening();
      reject(error);
    },
  });
  return promise;
}
