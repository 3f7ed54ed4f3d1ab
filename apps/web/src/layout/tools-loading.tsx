import { useEffect, type ReactNode, type RefObject } from 'react';

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

/** Calls `onPress` for Ctrl K and ⌘ K, and prevents the browser's default. Returns an unsubscribe function. */
export function onPaletteKey(onPress: () => void): () => void {
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
