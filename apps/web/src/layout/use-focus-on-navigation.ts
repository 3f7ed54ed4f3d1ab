import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, type RefObject } from 'react';

/**
 * Moves focus to the page's main part when the path changes, as a page load would, so that a screen reader starts reading
 * there and Tab goes on from there. A changed filter is the same page: focus stays on the filter.
 */
export function useFocusOnNavigation(): RefObject<HTMLElement | null> {
  const router = useRouter();
  const main = useRef<HTMLElement>(null);
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (pathChanged && fromLocation !== undefined) main.current?.focus({ preventScroll: true });
      }),
    [router],
  );
  return main;
}
