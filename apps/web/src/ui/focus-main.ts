/**
 * Moves the focus to the page's content, or to the dialog that contains an element: for a focused element that is about
 * to disappear. Does not scroll.
 */
export function focusMain({ currentTarget }: { readonly currentTarget?: Element } = {}): void {
  const main = currentTarget?.closest('[role="dialog"]') ?? document.querySelector('#main');
  if (main instanceof HTMLElement) main.focus({ preventScroll: true });
}

/** Calls `focusMain` if the element has the focus, or lost it when it was disabled or removed. */
export function focusMainInsteadOf(element: Element | null): void {
  if (document.activeElement === element || document.activeElement === document.body) focusMain();
}

/** A ref of a button that its own action removes. */
export function focusMainWhenRemoved(element: HTMLElement | null): () => void {
  return () => {
    if (document.activeElement === element) focusMain();
  };
}

/** A ref of an element that replaces the focused one: takes the focus if it was lost, so that the element is read. */
export function recoverFocus(element: HTMLElement | null): void {
  if (document.activeElement === document.body) element?.focus({ preventScroll: true });
}

/** Moves the focus to the first row that is selected, before the bar with the actions on the selection disappears. */
export function focusSelectedRow(): void {
  focusMain();
  document.querySelector<HTMLElement>('#main [data-index] :checked')?.focus({ preventScroll: true });
}
