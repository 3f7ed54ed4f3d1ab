import { useEffect, useRef, type RefObject } from 'react';

/**
 * `j` and `k` move the focus to the next and the previous item of a list. While the focus is in an item, a letter
 * clicks the button there that has it as its `aria-keyshortcuts`.
 */
export function useListKeys(): RefObject<HTMLOListElement | null> {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key } = event;
      if (!isShortcut(event) || !/^[a-z]$/.test(key)) return;
      const items = [...(list.current?.children ?? [])].filter((item) => item instanceof HTMLElement);
      const current = items.findIndex((item) => item.contains(document.activeElement));
      if (key === 'j') items[Math.min(current + 1, items.length - 1)]?.focus();
      else if (key === 'k') items[Math.max(current - 1, 0)]?.focus();
      else {
        const button = items[current]?.querySelector<HTMLButtonElement>(`button[aria-keyshortcuts="${key}"]`);
        if (button == null) return;
        event.preventDefault(); // Prevents typing the letter into a field that opens.
        button.click();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return list;
}

/** Whether a key is pressed without modifiers and outside of a text field. */
function isShortcut({ target, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  const isTyping = target instanceof HTMLElement && target.closest('input, textarea, select') !== null;
  return !altKey && !ctrlKey && !metaKey && !isTyping;
}
