import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { focusItem, type MenuProps } from './menu-button.ts';
import { menuPopup } from './popup-style.ts';

/** A menu at the button that opens it. The button is outside, so that the menu's code is loaded when first opened. */
export function PopupMenu(
  props: MenuProps & {
    readonly label: string;
    readonly align: 'start' | 'end';
    readonly width: string;
    readonly children: ReactNode;
  },
): ReactNode {
  const { label, open, onClose, anchor, align, container, width, children } = props;
  const close = (): void => {
    // Before the menu disappears: a dialog around it would take the focus. A form that an item opens takes it later.
    anchor.focus({ preventScroll: true });
    onClose();
  };
  return (
    <Menu.Root open={open} onOpenChange={(next) => !next && close()}>
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
              if (target === currentTarget) focusItem(anchor, currentTarget);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Tab') return;
              // It would move the focus to an invisible element of the open menu.
              event.preventDefault();
              close();
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
