import { useRouteContext } from '@tanstack/react-router';
import { ChevronDown, Download, X } from 'lucide-react';
import { lazy, useEffect, useRef, useState, type ReactNode } from 'react';
import type { Auth } from '../../auth/auth.ts';
import { isViewing, viewHeaders } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyPopup } from '../../ui/lazy.tsx';
import { useMenu } from '../../ui/menu-button.ts';
import { notify } from '../../ui/notice.tsx';

const loadFormats = () => import('./export-formats.tsx');
const ExportFormats = lazy(loadFormats);

/** Exports the filtered list as a file. Shows the progress of the download, which can be canceled. */
export function ExportMenu(props: {
  readonly source: ExportSource;
  readonly formats: readonly ExportFormat[];
  /** The list's filter. Default: everything. */
  readonly filter?: object;
}): ReactNode {
  const { source, formats, filter } = props;
  const { t, i18n } = useTranslation();
  const { auth } = useRouteContext({ from: '__root__' });
  /** The number of bytes received; `null` without a running export. */
  const [running, setRunning] = useState<number | null>(null);
  const stopping = useRef<AbortController>(null);
  const { button, menu, container } = useMenu(loadFormats);
  useEffect(() => () => stopping.current?.abort(), []);
  const start = async (format: ExportFormat): Promise<void> => {
    const stop = new AbortController();
    stopping.current = stop;
    setRunning(0);
    try {
      const { signal } = stop;
      const made = await fetchExport({
        source,
        format,
        filter,
        language: i18n.language,
        auth,
        signal,
        onProgress: setRunning,
      });
      save(made);
      notify({ tone: 'done', text: t('exporting.done', { name: made.name }) });
    } catch (error) {
      if (stop.signal.aborted) return;
      const failure = error instanceof ExportError ? error.failure : 'failed';
      notify({ tone: 'failed', text: t(`exporting.failure.${failure}`) });
    } finally {
      setRunning(null);
    }
  };
  const size = new Intl.NumberFormat(i18n.language, {
    style: 'unit',
    unit: 'megabyte',
    maximumFractionDigits: 1,
  });
  // The server does not export files in a view as another user.
  if (isViewing()) return null;
  return (
    <div ref={container}>
      {running === null ? (
        <Button icon={Download} {...button}>
          {t('exporting.open')}
          <ChevronDown aria-hidden="true" className="size-4 text-muted" />
        </Button>
      ) : (
        <Button icon={X} onClick={() => stopping.current?.abort()}>
          {t('exporting.stop', { size: size.format(running / 1_000_000) })}
        </Button>
      )}
      {menu !== null && (
        <LazyPopup open={menu.open} onClose={() => menu.onOpenChange(false)}>
          <ExportFormats menu={menu} formats={formats} onChoose={(format) => void start(format)} />
        </LazyPopup>
      )}
    </div>
  );
}

function save({ file, name }: { readonly file: Blob; readonly name: string }): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has started the download when the click returns.
  setTimeout(() => URL.revokeObjectURL(url));
}

export type ExportFormat = 'csv' | 'xlsx' | 'jsonl' | 'json';

/** Why an export failed. `broke-off`: the connection ended early. */
type ExportFailure = 'denied' | 'busy' | 'unreachable' | 'broke-off' | 'failed';

class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly failure: ExportFailure;
  constructor(failure: ExportFailure, cause?: unknown) {
    super(failure, { cause });
    this.failure = failure;
  }
}

/** The path of the endpoint below `/api`. */
type ExportSource =
  'audit/export' | 'reports/export' | `reports/${string}/export` | `reviews/${string}/evidence`;

interface ExportRequest {
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
async function fetchExport(request: ExportRequest): Promise<{ file: Blob; name: string }> {
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

/** The chunks of a stream. Uses a reader, because not all browsers support iterating over a stream. */
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
