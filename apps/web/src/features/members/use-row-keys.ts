import { useEffect, useRef, type RefObject } from 'react';

interface RowKeys {
  readonly count: number;
  readonly scrollTo: (index: number) => void;
}

/**
 * `j` and `k` move the focus to the next and the previous row, Home and End to the first and the last, including rows
 * that are not in the document yet; `r` opens the roles of the focused row.
 */
export function useRowKeys({ count, scrollTo }: RowKeys): RefObject<HTMLTableSectionElement | null> {
  const body = useRef<HTMLTableSectionElement>(null);
  /** The row to focus once it is in the document. */
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    const row = wanted.current === null ? null : rowAt(body.current, wanted.current);
    if (row == null) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, target, altKey, ctrlKey, metaKey } = event;
      const isTyping =
        target instanceof HTMLElement && target.closest('input, textarea, select, [role=menu]');
      if (altKey || ctrlKey || metaKey || isTyping) return;
      const current = document.activeElement?.closest<HTMLElement>('tr[data-index]');
      const index = Number(current?.dataset['index'] ?? -1);
      if (key === 'r' && current != null) {
        event.preventDefault();
        current.querySelector<HTMLButtonElement>('button[aria-haspopup=menu]')?.click();
      }
      const asked = { j: index + 1, k: index - 1, Home: 0, End: count - 1 };
      if (!isKeyOf(asked, key)) return;
      event.preventDefault();
      const next = Math.max(0, Math.min(count - 1, asked[key]));
      wanted.current = next;
      scrollTo(next);
      const row = rowAt(body.current, next);
      if (row == null) return;
      wanted.current = null;
      row.focus({ preventScroll: true });
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [count, scrollTo]);
  return body;
}

function isKeyOf<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key);
}

function rowAt(body: HTMLTableSectionElement | null, index: number): HTMLElement | null | undefined {
  return body?.querySelector<HTMLElement>(`tr[data-index="${index}"]`);
}
