import type { Auth } from '../../auth/auth.ts';
import { viewHeaders } from '../../auth/view-as.ts';

export type ExportFormat = 'csv' | 'xlsx' | 'jsonl' | 'json';

/** Why an export failed. `broke-off`: the connection ended early. */
export type ExportFailure = 'denied' | 'busy' | 'unreachable' | 'broke-off' | 'failed';

export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly failure: ExportFailure;
  constructor(failure: ExportFailure, cause?: unknown) {
    super(failure, { cause });
    this.failure = failure;
  }
}

/** The path of the endpoint below `/api`. */
export type ExportSource =
  'audit/export' | 'reports/export' | `reports/${string}/export` | `reviews/${string}/evidence`;

export interface ExportRequest {
  readonly source: ExportSource;
  readonly format: ExportFormat;
  /** The list's filter. Default: everything. */
  readonly filter?: object | undefined;
  /** The language of column headers. */
  readonly language: string;
  readonly auth: Pick<Auth, 'accessToken' | 'forgetAccessToken'>;
  readonly signal: AbortSignal;
  /** Called with the number of bytes received. */
  readonly onProgress: (bytes: number) => void;
}

/** Downloads a list as a file. @throws {ExportError}, or the signal's reason when aborted */
export async function fetchExport(request: ExportRequest): Promise<{ file: Blob; name: string }> {
  const { source, format, filter, language, auth, signal, onProgress } = request;
  const query = new URLSearchParams({ format, language, ...(filter && { filter: JSON.stringify(filter) }) });
  const send = async (): Promise<Response> => {
    const authorization = `Bearer ${await auth.accessToken()}`;
    return fetch(`/api/${source}?${query}`, {
      headers: { authorization, ...viewHeaders() },
      signal,
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new ExportError('unreachable', error);
    });
  };
  let response = await send();
  if (response.status === 401) {
    auth.forgetAccessToken();
    response = await send();
  }
  if (!response.ok || response.body === null) throw new ExportError(failureOf(response.status));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for await (const part of piecesOf(response.body)) {
      parts.push(part);
      bytes += part.length;
      onProgress(bytes);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new ExportError('broke-off', error);
  }
  const type = response.headers.get('content-type') ?? '';
  const name = nameIn(response.headers.get('content-disposition') ?? '') ?? `export.${format}`;
  return { file: new Blob(parts, { type }), name };
}

/** The name of the file in a Content-Disposition header (RFC 6266): the extended one takes precedence. */
function nameIn(disposition: string): string | undefined {
  const extended = /filename\*=UTF-8''([^;\s]+)/iu.exec(disposition)?.[1];
  return extended === undefined
    ? /filename="?([^";]+)/u.exec(disposition)?.[1]
    : decodeURIComponent(extended);
}

function failureOf(status: number): ExportFailure {
  if (status === 403) return 'denied';
  return status === 503 || status === 429 ? 'busy' : 'failed';
}

/** Not all browsers support iterating over a stream. */
async function* piecesOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read(); // oxlint-disable-line no-await-in-loop -- one chunk after the other
    if (done) return;
    yield value;
  }
}
