import type { Dispatcher } from 'undici';

export interface HttpAnswer {
  readonly status: number;
  /** The body, decoded when asked for. */
  readonly text: () => string;
  header(name: string): string | undefined;
}

/**
 * The answer to what `dispatch` sends, once all of it is there. undici's own `body.text()` keeps the texts of past answers
 * until V8 collects its whole heap: over a hundred thousand users, some 50 MiB and as much again of buffers.
 * Rejects when there is no answer, or with the signal's reason.
 */
export function readResponse(
  signal: AbortSignal | undefined,
  dispatch: (handler: Dispatcher.DispatchHandler) => void,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const chunks: Buffer[] = [];
  let head: Omit<HttpAnswer, 'text'>;
  let sent: Dispatcher.DispatchController | undefined;
  const abort = (): void => sent?.abort(signal?.reason);
  const stopListening = (): void => signal?.removeEventListener('abort', abort);
  signal?.addEventListener('abort', abort);
  dispatch({
    onRequestStart(controller) {
      sent = controller;
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
