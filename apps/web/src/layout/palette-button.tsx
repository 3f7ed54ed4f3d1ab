import { useRouteContext } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect, useRef, type ComponentType, type ReactNode, type RefObject } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { LazyPopup, useLazyPopup } from '../ui/lazy.tsx';

/** The palette is a feature that the layout must not import, so the router's context provides it. */
export type Palette = ComponentType<{
  readonly open: boolean;
  readonly onClose: () => void;
  readonly button: RefObject<HTMLButtonElement | null>;
}>;

export function PaletteButton({ askedRef }: { readonly askedRef: RefObject<boolean> }): ReactNode {
  const { t } = useTranslation();
  const { Palette } = useRouteContext({ from: '/console' });
  const button = useRef<HTMLButtonElement>(null);
  const { popup, open, setOpen } = useLazyPopup();
  useEffect(() => {
    if (askedRef.current) setOpen(true);
    askedRef.current = false;
  }, [askedRef, setOpen]);
  useEffect(
    () =>
      onPaletteKey(() => {
        // Never opens over another dialog.
        if (open || document.querySelector('[role$="dialog"]') === null) setOpen(!open);
      }),
    [open, setOpen],
  );
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
        className="inline-flex h-9 min-w-9 shrink-0 items-center justify-center gap-2 rounded-control px-2.5 text-muted hover:bg-sunken hover:text-ink md:w-42 md:justify-start md:border md:border-line-strong md:bg-surface pointer-coarse:h-11 pointer-coarse:min-w-11"
      >
        <Search aria-hidden="true" className="size-4" />
        <span className="sr-only md:not-sr-only">{t('layout.palette')}</span>
        <kbd aria-hidden="true" className="ml-auto hidden font-sans text-xs md:block">
          {/Mac|iP/.test(navigator.platform) ? '⌘' : 'Ctrl'} K
        </kbd>
      </button>
      <LazyPopup popup={popup}>{(shown) => <Palette {...shown} button={button} />}</LazyPopup>
    </>
  );
}

/** Replaces the tools while they are loading, and remembers that the palette was requested. */
export function ToolsLoading({ askedRef }: { readonly askedRef: RefObject<boolean> }): ReactNode {
  useEffect(
    () =>
      onPaletteKey(() => {
        askedRef.current = true;
      }),
    [askedRef],
  );
  return null;
}

function onPaletteKey(onPress: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    // With a Korean layout the key may produce a Hangul letter.
    const isK = /^[kㅏ]$/iu.test(event.key) && (event.ctrlKey || event.metaKey);
    if (!isK || event.altKey || event.shiftKey) return;
    event.preventDefault();
    onPress();
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}
