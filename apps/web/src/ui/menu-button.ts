import { useRef, useState, type ComponentProps, type RefObject } from 'react';
import { preloading } from './lazy.tsx';

export interface MenuButtonOptions {
  readonly isOpen: boolean;
  readonly load: () => Promise<unknown>;
  readonly onOpen: (button: HTMLButtonElement) => void;
}

/** What a lazily loaded menu passes on to its `PopupMenu`. */
export interface MenuProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The button, which gets the focus when the menu closes. */
  readonly anchor: HTMLElement;
  /** An element of the page, so that the menu is inside a landmark. */
  readonly container: RefObject<HTMLElement | null>;
}

/** A menu that is loaded when first opened, and its button. `menu` is null until then. */
export function useMenu<Container extends HTMLElement = HTMLDivElement>(load: MenuButtonOptions['load']) {
  const container = useRef<Container>(null);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isOpen, setOpen] = useState(false);
  const onOpen = (opener: HTMLElement): void => {
    setAnchor(opener);
    setOpen(true);
  };
  const menu: MenuProps | null = anchor && {
    open: isOpen,
    onClose: () => setOpen(false),
    anchor,
    container,
  };
  return { button: menuButton({ isOpen, load, onOpen }), menu, container };
}

/**
 * The props of a button that opens a `PopupMenu`. Opened with the keyboard, the menu focuses its first item, or its last
 * one for Arrow up (ARIA Authoring Practices, menu button pattern).
 */
export function menuButton({ isOpen, load, onOpen }: MenuButtonOptions): ComponentProps<'button'> {
  const openAt = (button: HTMLButtonElement, item: 'first' | 'last' | 'none'): void => {
    button.dataset['menuItem'] = item;
    onOpen(button);
  };
  return {
    'aria-haspopup': 'menu',
    'aria-expanded': isOpen,
    ...preloading(load),
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
export function focusItem(button: HTMLElement, menu: HTMLElement): void {
  const wanted = button.dataset['menuItem'];
  const items = [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  // The menu gets the focus again when the pointer leaves an item.
  button.dataset['menuItem'] = 'none';
  if (wanted !== 'none') items.at(wanted === 'last' ? -1 : 0)?.focus();
}
