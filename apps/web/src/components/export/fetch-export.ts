import { viewHeaders } from '../../auth/view-as.ts';

export type ExportFormat = 'csv' | 'xlsx' | 'json' | 'jsonl';

/** Why an export has no file. `broke-off`: the connection ended before its last part. */
export type ExportFailure = 'denied' | 'busy' | 'unreachable' | 'broke-off' | 'failed';

export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly failure: ExportFailure;
  constructor(failure: ExportFailure, cause?: unknown) {
    super(failure, { cause });
    this.failure = failure;
  }
}

/** What is exported: the path of its export. */
export type ExportSource = 'audit' | 'reports' | `reports/${string}`;

export interface ExportRequest {
  readonly source: ExportSource;
  readonly format: ExportFormat;
  /** As the list has it. Default: everything. */
  readonly filter?: object | undefined;
  readonly token: () => Promise<string>;
  readonly signal: AbortSignal;
  /** Told how many bytes have come. */
  readonly onProgress: (bytes: number) => void;
}

/** Fetches a list as a file. @throws {ExportError} and, when it was stopped, the signal's reason */
export async function fetchExport(request: ExportRequest): Promise<{ file: Blob; name: string }> {
  const { source, format, filter, token, signal, onProgress } = request;
  const query = new URLSearchParams({ format, ...(filter && { filter: JSON.stringify(filter) }) });
  const authorization = `Bearer ${await token()}`;
  const response = await fetch(`/api/${source}/export?${query}`, {
    headers: { authorization, ...viewHeaders() },
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new ExportError('unreachable', error);
  });
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
  const name = /filename="([\w.-]+)"/u.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const type = response.headers.get('content-type') ?? '';
  return { file: new Blob(parts, { type }), name: name ?? `export.${format}` };
}

function failureOf(status: number): ExportFailure {
  if (status === 403) return 'denied';
  return status === 503 || status === 429 ? 'busy' : 'failed';
}

/** Not every browser can iterate over a stream. */
async function* piecesOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read(); // oxlint-disable-line no-await-in-loop -- part after part
    if (done) return;
    yield value;
  }
}
