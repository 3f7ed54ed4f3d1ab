import { Menu } from '@base-ui/react/menu';
import type { ReactNode, RefObject } from 'react';
import { focusItem } from './menu-button.ts';
import { menuPopup } from './popup-style.ts';

/** A menu at the button that opens it. The button is outside, so that the menu's code is loaded when first opened. */
export function PopupMenu(props: {
  readonly label: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The button, which gets the focus when the menu closes. */
  readonly anchor: RefObject<HTMLElement | null> | HTMLElement;
  readonly align: 'start' | 'end';
  /** An element of the page, so that the menu is inside a landmark. */
  readonly container: RefObject<HTMLElement | null>;
  readonly width: string;
  readonly children: ReactNode;
}): ReactNode {
  const { label, open, onOpenChange, anchor, align, container, width, children } = props;
  const button = (): HTMLElement | null => ('current' in anchor ? anchor.current : anchor);
  const change = (next: boolean): void => {
    // Before the menu disappears: a dialog around it would take the focus. A form that an item opens takes it later.
    if (!next) button()?.focus({ preventScroll: true });
    onOpenChange(next);
  };
  return (
    <Menu.Root open={open} onOpenChange={change}>
      <Menu.Portal container={container}>
        <Menu.Positioner
          anchor={anchor}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-20 outline-none"
        >
          <Menu.Popup
            aria-label={label}
            finalFocus={false}
            onFocus={({ target, currentTarget }) => {
              if (target === currentTarget) focusItem(button(), currentTarget);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Tab') return;
              // It would move the focus to an invisible element of the open menu.
              event.preventDefault();
              change(false);
            }}
            className={`max-h-(--available-height) max-w-[calc(100vw-1rem)] overflow-y-auto ${width} ${menuPopup}`}
          >
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
