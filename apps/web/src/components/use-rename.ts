import { useRef, useState, type RefObject } from 'react';

/** Whether the rename form is open above the item. */
export interface Rename {
  readonly isOpen: boolean;
  readonly toggle: () => void;
  /** Returns the focus to the button. */
  readonly close: () => void;
  readonly button: RefObject<HTMLButtonElement | null>;
}

export function useRename(): Rename {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return {
    isOpen,
    toggle: () => setOpen(!isOpen),
    close: () => {
      setOpen(false);
      button.current?.focus();
    },
    button,
  };
}
