import { RotateCcw } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { reloadIfReachable } from '../new-version.ts';
import { Button } from './button.tsx';
import { useOnline } from './use-online.ts';

/**
 * Replaces a dialog or menu whose code could not be loaded. Uses only native elements, so that it needs no further
 * code.
 */
export function LoadFailure({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const isOnline = useOnline();
  const [attempt, setAttempt] = useState<'none' | 'running' | 'failed'>('none');
  const id = useId();
  const retry = async (): Promise<void> => {
    setAttempt('running');
    await reloadIfReachable();
    // The page was not reloaded.
    setAttempt('failed');
  };
  const why = isOnline
    ? attempt === 'failed'
      ? 'error.part.unreachable'
      : 'error.part.why'
    : 'error.part.offline';
  return (
    <dialog
      ref={show}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-why`}
      onClose={onClose}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-card border border-line bg-surface p-6 text-ink shadow-float backdrop:bg-scrim"
    >
      <h2 id={`${id}-title`} className="text-lg font-semibold">
        {t('error.part.title')}
      </h2>
      <p id={`${id}-why`} role="alert" className="mt-2 text-muted">
        {t(why)}
      </p>
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Button variant="quiet" onClick={onClose}>
          {t('error.part.close')}
        </Button>
        <Button variant="primary" disabled={attempt === 'running'} onClick={() => void retry()}>
          <RotateCcw aria-hidden="true" className="size-4" />
          {t('error.retry')}
        </Button>
      </div>
    </dialog>
  );
}

function show(dialog: HTMLDialogElement | null): void {
  dialog?.showModal();
}
