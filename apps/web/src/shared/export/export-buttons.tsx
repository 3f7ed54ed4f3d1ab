import { useRouteContext } from '@tanstack/react-router';
import { Download, X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isViewing } from '../../auth/view-as.ts';
import { Button } from '../../ui/button.tsx';
import { notify } from '../../ui/notice.ts';
import { ExportError, fetchExport, type ExportFormat, type ExportSource } from './fetch-export.ts';

/** Exports the filtered list as a file. Shows the download progress and can be cancelled. */
export function ExportButtons(props: {
  readonly source: ExportSource;
  readonly formats: readonly ExportFormat[];
  /** Default: everything. */
  readonly filter?: object;
}): ReactNode {
  const { source, formats, filter } = props;
  const { t, i18n } = useTranslation();
  const { auth } = useRouteContext({ from: '__root__' });
  const [running, setRunning] = useState<{ format: ExportFormat; bytes: number } | null>(null);
  const stopping = useRef<AbortController>(null);
  useEffect(() => () => stopping.current?.abort(), []);
  const start = async (format: ExportFormat): Promise<void> => {
    const stop = new AbortController();
    stopping.current = stop;
    const onProgress = (bytes: number): void => setRunning({ format, bytes });
    onProgress(0);
    try {
      const { signal } = stop;
      const made = await fetchExport({
        source,
        format,
        filter,
        token: auth.accessToken,
        signal,
        onProgress,
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
    <>
      {running !== null && (
        <p className="self-center text-sm text-muted tabular-nums">
          {t('exporting.running', { size: size.format(running.bytes / 1_000_000) })}
        </p>
      )}
      {formats.map((format) =>
        running?.format === format ? (
          <Button key={format} onClick={() => stopping.current?.abort()} icon={X}>
            {t('exporting.stop')}
          </Button>
        ) : (
          <Button key={format} disabled={running !== null} onClick={() => void start(format)} icon={Download}>
            {t(`exporting.${format}`)}
          </Button>
        ),
      )}
    </>
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
