import { useRouteContext } from '@tanstack/react-router';
import { ChevronDown, Download, X } from 'lucide-react';
import { lazy, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isViewing } from '../../auth/view-as.ts';
import { Button } from '../../ui/button.tsx';
import { LazyPopup, preload, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';
import { ExportError, fetchExport, type ExportFormat, type ExportSource } from './fetch-export.ts';

const loadFormats = () => import('./export-formats.tsx');
const ExportFormats = lazy(loadFormats);

/** Exports the filtered list as a file. Shows the download progress and can be cancelled. */
export function ExportMenu(props: {
  readonly source: ExportSource;
  readonly formats: readonly ExportFormat[];
  /** Default: everything. */
  readonly filter?: object;
}): ReactNode {
  const { source, formats, filter } = props;
  const { t, i18n } = useTranslation();
  const { auth } = useRouteContext({ from: '__root__' });
  /** The number of bytes received. */
  const [running, setRunning] = useState<number | null>(null);
  const stopping = useRef<AbortController>(null);
  const button = useRef<HTMLButtonElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const menu = useLazyPopup();
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
    <div ref={place}>
      {running === null ? (
        <Button
          ref={button}
          icon={Download}
          aria-haspopup="menu"
          aria-expanded={menu.open}
          onPointerEnter={() => preload(loadFormats)}
          onFocus={() => preload(loadFormats)}
          onClick={() => menu.setOpen(true)}
        >
          {t('exporting.open')}
          <ChevronDown aria-hidden="true" className="size-4 text-muted" />
        </Button>
      ) : (
        <Button icon={X} onClick={() => stopping.current?.abort()}>
          {t('exporting.stop', { size: size.format(running / 1_000_000) })}
        </Button>
      )}
      {menu.mounted && (
        <LazyPopup open={menu.open} onClose={() => menu.setOpen(false)}>
          <ExportFormats
            formats={formats}
            open={menu.open}
            onOpenChange={menu.setOpen}
            onChoose={(format) => void start(format)}
            anchor={button}
            container={place}
          />
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
