import { useRouteContext } from '@tanstack/react-router';
import { Download, X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { notify } from '../../components/notice.ts';
import { ExportError, exportEvents, type ExportFormat } from './export-events.ts';

const formats = ['csv', 'jsonl'] as const satisfies readonly ExportFormat[];

/** Saves what the filter shows as a file. While it comes, it says how much has come, and can be stopped. */
export function ExportButtons({ filter }: { readonly filter: object }): ReactNode {
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
      const made = await exportEvents({
        format,
        filter,
        token: auth.accessToken,
        signal,
        onProgress,
      });
      save(made);
      notify({ tone: 'done', text: t('audit.export.done', { name: made.name }) });
    } catch (error) {
      if (stop.signal.aborted) return;
      const failure = error instanceof ExportError ? error.failure : 'failed';
      notify({ tone: 'failed', text: t(`audit.export.failure.${failure}`) });
    } finally {
      setRunning(null);
    }
  };
  const size = new Intl.NumberFormat(i18n.language, {
    style: 'unit',
    unit: 'megabyte',
    maximumFractionDigits: 1,
  });
  return (
    <>
      {running !== null && (
        <p className="self-center text-sm text-muted tabular-nums">
          {t('audit.export.running', { size: size.format(running.bytes / 1_000_000) })}
        </p>
      )}
      {formats.map((format) =>
        running?.format === format ? (
          <Button key={format} onClick={() => stopping.current?.abort()}>
            <X aria-hidden="true" className="size-4" />
            {t('audit.export.stop')}
          </Button>
        ) : (
          <Button key={format} disabled={running !== null} onClick={() => void start(format)}>
            <Download aria-hidden="true" className="size-4" />
            {t(`audit.export.${format}`)}
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
  // The browser has taken the file when the click is over.
  setTimeout(() => URL.revokeObjectURL(url));
}
