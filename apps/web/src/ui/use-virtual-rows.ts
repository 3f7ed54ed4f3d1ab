import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';

/**
 * The rows of a long list that are in the document. `frame` is the element around the list; `above` and `below` are the
 * heights of the rows outside the document, in pixels. Pass `moves` when it changes the position of the frame.
 */
export function useVirtualRows(
  options: Pick<
    Parameters<typeof useWindowVirtualizer<HTMLElement>>[0],
    'count' | 'estimateSize' | 'getItemKey' | 'overscan' | 'scrollPaddingStart'
  >,
  ...moves: readonly unknown[]
) {
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  // oxlint-disable-next-line react/exhaustive-deps -- passed by the caller
  useLayoutEffect(() => setTop(frame.current?.offsetTop ?? 0), moves);
  // oxlint-disable-next-line react/incompatible-library -- its result is not passed to a memoized component
  const virtualizer = useWindowVirtualizer<HTMLElement>({ ...options, scrollMargin: top });
  const visible = virtualizer.getVirtualItems();
  const above = (visible[0]?.start ?? top) - top;
  const below = virtualizer.getTotalSize() - ((visible.at(-1)?.end ?? top) - top);
  return { frame, virtualizer, visible, above, below };
}
