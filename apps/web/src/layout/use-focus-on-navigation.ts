import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, type RefObject } from 'react';

/**
 * Moves focus to `<main>` when the path changes, as a page load would, so that screen readers and the Tab key continue
 * there. When only a filter changes, focus stays on the filter, and in a dialog that is still open it stays there.
 */
export function useFocusOnNavigation(): RefObject<HTMLElement | null> {
  const router = useRouter();
  const main = useRef<HTMLElement>(null);
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (!pathChanged || fromLocation === undefined) return;
        const focused = document.activeElement;
        // A page may have focused its first field.
        if (main.current?.contains(focused) === true) return;
        if (focused?.closest('[role="dialog"][data-open]') != null) return;
        main.current?.focus({ preventScroll: true });
      }),
    [router],
  );
  return main;
}
