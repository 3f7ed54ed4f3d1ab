import {
  Component,
  Suspense,
  type ReactNode,
  useCallback,
  useState,
  useId,
  useSyncExternalStore,
} from 'react';
import { isMissingCode, reloadIfReachable } from '../new-version.ts';
import { RotateCcw } from 'lucide-react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Button } from './button.tsx';

interface LazyPartProps {
  readonly children: ReactNode;
  readonly loading?: ReactNode;
  readonly failed?: ReactNode;
}

/** A lazily loaded component of a page. A loading failure affects only this component; other errors propagate. */
export class LazyPart extends Component<LazyPartProps, { readonly error: unknown }> {
  override readonly state = { error: null };
  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }
  override render(): ReactNode {
    const { children, loading, failed } = this.props;
    const { error } = this.state;
    if (error === null) return <Suspense fallback={loading}>{children}</Suspense>;
    if (!isMissingCode(error)) throw error;
    return failed;
  }
}

interface Popup {
  readonly open: boolean;
  readonly onClose: () => void;
}

/**
 * A dialog, sheet or menu whose code is loaded when first opened; `popup` is null until then. Shows a message when
 * loading fails.
 */
export function LazyPopup<Shown extends Popup>(props: {
  readonly popup: Shown | null;
  readonly children: (popup: Shown) => ReactNode;
}): ReactNode {
  const { popup, children } = props;
  if (popup === null) return null;
  return (
    <LazyPart failed={popup.open && <LoadFailure onClose={() => popup.onClose()} />}>
      {children(popup)}
    </LazyPart>
  );
}

/** Props of a button that opens a popup: preload its code. A failure is shown when the popup is opened. */
export function preloading(load: () => Promise<unknown>) {
  return { onPointerEnter: () => preload(load), onFocus: () => preload(load) };
}

export function preload(load: () => Promise<unknown>): void {
  load().catch(() => {});
}

/** The state of a `LazyPopup`. Once opened, it stays mounted for its closing animation. */
export function useLazyPopup() {
  const [state, setState] = useState<'never' | 'open' | 'closed'>('never');
  const setOpen = useCallback(
    (open: boolean): void => setState((was) => (open ? 'open' : was === 'never' ? 'never' : 'closed')),
    [],
  );
  const open = state === 'open';
  const popup: Popup | null = state === 'never' ? null : { open, onClose: () => setOpen(false) };
  return { popup, open, setOpen };
}

/** Uses only native elements, because further code may not load either. */
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
      onClose={() => onClose()}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-card border border-line bg-surface p-6 text-ink shadow-float backdrop:bg-scrim"
    >
      <h2 id={`${id}-title`} className="text-lg font-semibold">
        {t('error.part.title')}
      </h2>
      <p id={`${id}-why`} role="alert" className="mt-2 text-muted">
        {t(why)}
      </p>
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Button variant="quiet" onClick={() => onClose()}>
          {t('close')}
        </Button>
        <Button
          variant="primary"
          disabled={attempt === 'running'}
          onClick={() => void retry()}
          icon={RotateCcw}
        >
          {t('error.retry')}
        </Button>
      </div>
    </dialog>
  );
}

function show(dialog: HTMLDialogElement | null): void {
  dialog?.showModal();
}

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Whether the browser has a network connection. `true` does not mean that the server is reachable. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}
