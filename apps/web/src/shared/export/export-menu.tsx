import { useRouteContext } from '@tanstack/react-router';
import { ChevronDown, Download, X } from 'lucide-react';
import { lazy, useEffect, useRef, useState, type ReactNode } from 'react';
import { apiErrorOf, endSessionAfterAction, errorCodeOf, errorOfResponse } from '../../api/api-error.ts';
import { withRenewedToken } from '../../api/links.ts';
import type { Auth } from '../../auth/auth.ts';
import { isViewing, viewHeaders } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyPopup } from '../../ui/lazy.tsx';
import { useMenu } from '../../ui/menu-button.ts';
import { dismissFailure, notify } from '../../ui/notice.tsx';
import type { ExportFormat } from './export-formats.tsx';

const loadFormats = () => import('./export-formats.tsx');
const ExportFormats = lazy(loadFormats);

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
    dismissFailure();
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
      endSessionAfterAction(auth.session, error);
      // The layout reports that the session has ended, or that the user is no longer a member.
      if (stop.signal.aborted || auth.session.isOver() || auth.activeOrganization.isRefused()) return;
      const failure = failureOf(error);
      const isFinal = failure === 'denied' || failure === 'too-large';
      notify({
        tone: 'failed',
        text: t(`exporting.failure.${failure}`),
        ...(!isFinal && { action: { label: t('error.retry'), run: () => void start(format) } }),
      });
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
      <LazyPopup popup={menu}>
        {(shown) => (
          <ExportFormats menu={shown} formats={formats} onChoose={(format) => void start(format)} />
        )}
      </LazyPopup>
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

/** Why an export failed. `sign-in`: there was no token. `broke-off`: the connection ended early. */
type ExportFailure =
  'denied' | 'too-large' | 'undecided' | 'busy' | 'sign-in' | 'unreachable' | 'broke-off' | 'failed';

class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly failure: ExportFailure;
  constructor(failure: ExportFailure, cause: unknown) {
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
  readonly filter?: object | undefined;
  /** The language of column headers. */
  readonly language: string;
  readonly auth: Pick<Auth, 'accessToken' | 'forgetAccessToken'>;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

async function fetchExport(request: ExportRequest): Promise<{ file: Blob; name: string }> {
  const { source, format, filter, language, auth, signal, onProgress } = request;
  const query = new URLSearchParams({ format, language, ...(filter && { filter: JSON.stringify(filter) }) });
  const send = async () => {
    const token = await auth.accessToken().catch((error: unknown) => {
      throw new ExportError('sign-in', error);
    });
    const headers = { authorization: `Bearer ${token}`, ...viewHeaders() };
    const response = await fetch(`/api/${source}?${query}`, { headers, signal });
    if (!response.ok || response.body === null) throw await errorOfResponse(response);
    return { headers: response.headers, body: response.body };
  };
  const response = await withRenewedToken(send, auth.forgetAccessToken);
  let bytes = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, controller) {
      bytes += part.length;
      onProgress(bytes);
      controller.enqueue(part);
    },
  });
  const { body, headers } = response;
  const file = await new Response(body.pipeThrough(counter), { headers }).blob().catch((error: unknown) => {
    throw new ExportError('broke-off', error);
  });
  const name = nameIn(headers.get('content-disposition') ?? '') ?? `export.${format}`;
  return { file, name };
}

/** The name of the file in a Content-Disposition header (RFC 6266): the extended one takes precedence. */
function nameIn(disposition: string): string | undefined {
  const extended = /filename\*=UTF-8''([^;\s]+)/iu.exec(disposition)?.[1];
  return extended === undefined
    ? /filename="?([^";]+)/u.exec(disposition)?.[1]
    : decodeURIComponent(extended);
}

function failureOf(error: unknown): ExportFailure {
  if (error instanceof ExportError) return error.failure;
  if (errorCodeOf(error) === 'REQUEST_TOO_LARGE') return 'too-large';
  const { kind } = apiErrorOf(error);
  return kind === 'denied' || kind === 'undecided' || kind === 'busy' || kind === 'unreachable'
    ? kind
    : 'failed';
}
