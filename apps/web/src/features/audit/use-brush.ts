import {
  useEffect,
  useRef,
  useState,
  type DOMAttributes,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
} from 'react';

/** The start and the current end of a selection of bars: indices, in either order. */
interface Ends {
  readonly anchor: number;
  readonly head: number;
}

export interface BarRange {
  readonly first: number;
  readonly last: number;
}

export interface Brush {
  readonly range: BarRange | null;
  readonly handlers: Pick<
    DOMAttributes<HTMLOListElement>,
    'onPointerDown' | 'onClickCapture' | 'onDragStart' | 'onKeyDown' | 'onBlur'
  >;
}

/** The distance in pixels after which a press is a drag: a finger never holds still. */
const dragDistance = 6;

/**
 * Selects several bars: by dragging over them, or with Shift and the arrow keys, Home or End from the focused bar, and
 * then Enter. Escape cancels.
 */
export function useBrush(count: number, onChoose: (range: BarRange) => void): Brush {
  const [ends, setEnds] = useState<Ends | null>(null);
  const drag = useRef<AbortController>(null);
  /** A drag that ends on its first bar is not a click. */
  const wasDragged = useRef(false);
  useEffect(() => () => drag.current?.abort(), []);
  const cancel = (): void => {
    drag.current?.abort();
    setEnds(null);
  };

  const onPointerDown = (event: PointerEvent<HTMLOListElement>): void => {
    if (event.button !== 0 || !event.isPrimary) return;
    const [list, start] = [event.currentTarget, event.clientX];
    const barAt = (x: number): number => {
      const { left, width } = list.getBoundingClientRect();
      return Math.min(count - 1, Math.max(0, Math.floor(((x - left) / width) * count)));
    };
    cancel();
    wasDragged.current = false;
    drag.current = new AbortController();
    const { signal } = drag.current;
    const anchor = barAt(start);
    // On the window: a drag continues outside the chart, and Escape works regardless of focus.
    const on = <Kind extends keyof WindowEventMap>(kind: Kind, listen: (one: WindowEventMap[Kind]) => void) =>
      window.addEventListener(kind, listen, { signal });
    on('pointermove', ({ clientX }) => {
      if (!wasDragged.current && Math.abs(clientX - start) < dragDistance) return;
      wasDragged.current = true;
      setEnds({ anchor, head: barAt(clientX) });
    });
    on('pointerup', ({ clientX }) => {
      cancel();
      if (wasDragged.current) onChoose(rangeOf({ anchor, head: barAt(clientX) }));
    });
    on('pointercancel', cancel);
    on('keydown', ({ key }) => {
      if (key === 'Escape') cancel();
    });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLOListElement>): void => {
    const { key, currentTarget, target } = event;
    if (ends !== null && (key === 'Escape' || key === 'Enter')) {
      event.preventDefault();
      cancel();
      if (key === 'Enter') onChoose(rangeOf(ends));
      return;
    }
    const item = [...currentTarget.children].findIndex(
      (one) => target instanceof Node && one.contains(target),
    );
    const { anchor, head } = ends ?? { anchor: item, head: item };
    const next = { ArrowLeft: head - 1, ArrowRight: head + 1, Home: 0, End: count - 1 }[key];
    if (!event.shiftKey || anchor < 0 || next === undefined) return;
    event.preventDefault();
    setEnds({ anchor, head: Math.min(count - 1, Math.max(0, next)) });
  };

  return {
    range: ends === null ? null : rangeOf(ends),
    handlers: {
      onPointerDown,
      onKeyDown,
      onClickCapture(event: MouseEvent) {
        // A keyboard click has detail 0, and never follows a drag.
        if (!wasDragged.current || event.detail === 0) return;
        wasDragged.current = false;
        event.preventDefault();
        event.stopPropagation();
      },
      // Prevents the native dragging of links.
      onDragStart: (event) => event.preventDefault(),
      onBlur: () => setEnds(null),
    },
  };
}

function rangeOf({ anchor, head }: Ends): BarRange {
  return { first: Math.min(anchor, head), last: Math.max(anchor, head) };
}
