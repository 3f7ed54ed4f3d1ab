import type { ComponentProps } from 'react';
import { preload } from './lazy.tsx';

export interface MenuButtonOptions {
  readonly isOpen: boolean;
  readonly load: () => Promise<unknown>;
  readonly onOpen: (button: HTMLButtonElement) => void;
}

/**
 * The props of a button that opens a lazily loaded `PopupMenu`. Opened with the keyboard, the menu focuses its first
 * item, or its last one for Arrow up (ARIA Authoring Practices, menu button pattern).
 */
export function menuButton({ isOpen, load, onOpen }: MenuButtonOptions): ComponentProps<'button'> {
  const openAt = (button: HTMLButtonElement, item: 'first' | 'last' | 'none'): void => {
    button.dataset['menuItem'] = item;
    onOpen(button);
  };
  return {
    'aria-haspopup': 'menu',
    'aria-expanded': isOpen,
    onPointerEnter: () => preload(load),
    onFocus: () => preload(load),
    // Enter, Space, shortcuts and screen readers click without a pointer: `detail` is 0.
    onClick: ({ currentTarget, detail }) => openAt(currentTarget, detail === 0 ? 'first' : 'none'),
    onKeyDown(event) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      openAt(event.currentTarget, event.key === 'ArrowDown' ? 'first' : 'last');
    },
  };
}

/** Focuses the item that the button wants, when its menu has opened. */
export function focusItem(button: HTMLElement | null, menu: HTMLElement): void {
  const wanted = button?.dataset['menuItem'];
  const items = [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  // The menu gets the focus again when the pointer leaves an item.
  if (button !== null) button.dataset['menuItem'] = 'none';
  if (wanted !== 'none') items.at(wanted === 'last' ? -1 : 0)?.focus();
}
