import { useEffect, useRef, type RefObject } from 'react';

interface RowKeys {
  readonly count: number;
  /** For a virtualized list: scrolls to a row, which may not be in the document yet. */
  readonly scrollTo?: (index: number) => void;
}

type FocusRow = (index: number) => void;

/**
 * `j` and `k` move the focus to the next and the previous row, Home and End to the first and the last, including rows
 * that are not in the document yet. A letter clicks the element of the focused row that has it as its
 * `aria-keyshortcuts`; a capital letter clicks it with Shift.
 */
export function useRowKeys<Body extends HTMLElement>({
  count,
  scrollTo,
}: RowKeys): [RefObject<Body | null>, FocusRow] {
  const body = useRef<Body>(null);
  const wanted = useRef<number | null>(null);
  const focusRow = (index: number): void => {
    wanted.current = index;
    scrollTo?.(index);
    focusWanted();
  };
  const focusWanted = (): void => {
    const row =
      wanted.current === null ? null : body.current?.querySelector<HTMLElement>(rowAt(wanted.current));
    if (row == null) return;
    wanted.current = null;
    row.focus({ preventScroll: scrollTo !== undefined });
  };
  const latest = useRef({ focusRow, focusWanted, count });
  useEffect(() => {
    latest.current = { focusRow, focusWanted, count };
    focusWanted();
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { target, altKey, ctrlKey, metaKey, shiftKey } = event;
      // With a Korean layout the key may produce a Hangul letter.
      const key = /^\p{Script=Hangul}$/u.test(event.key)
        ? event.code.replace('Key', '').toLowerCase()
        : event.key;
      if (altKey || ctrlKey || metaKey || (target instanceof HTMLElement && target.closest(typing) !== null))
        return;
      const current = document.activeElement?.closest<HTMLElement>('[data-index]') ?? null;
      const row = body.current?.contains(current) === true ? current : null;
      const index = Number(row?.dataset['index'] ?? -1);
      const last = latest.current.count - 1;
      const asked = { j: index + 1, k: index - 1, Home: 0, End: last };
      if (isKeyOf(asked, key)) {
        event.preventDefault();
        return latest.current.focusRow(Math.max(0, Math.min(last, asked[key])));
      }
      if (!/^[a-z]$/i.test(key)) return undefined;
      const control = row?.querySelector(`[aria-keyshortcuts="${key.toLowerCase()}"]`);
      if (control == null) return undefined;
      event.preventDefault(); // Prevents typing the letter into a field that opens.
      control.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey }));
      return undefined;
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return [body, focusRow];
}

/** Elements in which letters are typed or have another meaning. */
const typing = 'input:not([type=checkbox]), textarea, select, [role=menu], [role=dialog], [role=alertdialog]';

const rowAt = (index: number): string => `[data-index="${index}"]`;

function isKeyOf<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key);
}
