import { CircleCheck, TriangleAlert, X } from 'lucide-react';
import { useEffect, type ReactNode, useState, useSyncExternalStore } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { createListeners } from '../listeners.ts';
import { focusMain } from './focus-main.ts';

/** A success persists across navigations. */
export interface Notice {
  readonly tone: 'done' | 'failed';
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

let current: Notice | null = null;
const listeners = createListeners();

export function notify(notice: Notice | null): void {
  current = notice;
  listeners.notify();
}

/** Call this for the next attempt and for a navigation, when the failure is no longer relevant. */
export function dismissFailure(): void {
  if (current?.tone === 'failed') notify(null);
}

/** The mounted bars. A sheet has its own, because it covers the page's bar. */
const bars: symbol[] = [];

/** The notice, if this bar shows it: only the bar that was mounted last does. */
function useNotice(): Notice | null {
  const [bar] = useState(() => Symbol('bar'));
  useEffect(() => {
    bars.push(bar);
    notify(current);
    return () => {
      bars.splice(bars.indexOf(bar), 1);
      notify(current);
    };
  }, [bar]);
  return useSyncExternalStore(listeners.subscribe, () => (bars.at(-1) === bar ? current : null));
}

/** Milliseconds that a success notice is shown. */
const doneDuration = 6_000;

/**
 * Shows the current notice at the bottom of the window. A failure stays until it is dismissed, or until the next
 * attempt or page. The bar is the last element of the scrolling content, so that the end of the page is never covered.
 * The live region is always in the document, because screen readers ignore one that is added together with its text.
 */
export function NoticeBar(): ReactNode {
  const { t } = useTranslation();
  const notice = useNotice();
  useEffect(() => {
    if (notice?.tone !== 'done') return undefined;
    const timer = setTimeout(() => notify(null), doneDuration);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <output className="pointer-events-none sticky bottom-0 z-20 flex justify-center px-4 print:hidden">
      {notice !== null && (
        <div className="pointer-events-auto mb-4 flex max-w-lg animate-[rise_160ms_var(--ease-out)] items-center gap-3 rounded-card border border-line-strong bg-surface py-2 pr-2 pl-4 shadow-float">
          {notice.tone === 'done' ? (
            <CircleCheck aria-hidden="true" className="size-4 shrink-0 text-allowed" />
          ) : (
            <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-denied" />
          )}
          <p className="min-w-0 wrap-anywhere">{notice.text}</p>
          {notice.action !== undefined && (
            <button
              type="button"
              onClick={(event) => {
                focusMain(event);
                notify(null);
                notice.action?.run();
              }}
              className="h-8 shrink-0 rounded-control px-2 font-medium text-brass-ink hover:bg-sunken pointer-coarse:h-11"
            >
              {notice.action.label}
            </button>
          )}
          <button
            type="button"
            onClick={(event) => {
              focusMain(event);
              notify(null);
            }}
            aria-label={t('notice.close')}
            className="inline-flex size-8 shrink-0 pointer-coarse:size-11 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink"
          >
            <X aria-hidden="true" className="size-4" />
          </button>
        </div>
      )}
    </output>
  );
}
