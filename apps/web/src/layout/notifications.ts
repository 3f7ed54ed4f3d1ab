import type { ComponentType, RefObject } from 'react';

/** The popover is part of a feature that the layout must not import, so the router's context provides it. */
export type Notifications = ComponentType<{
  readonly open: boolean;
  readonly onClose: () => void;
  readonly button: RefObject<HTMLButtonElement | null>;
  /** An element in the page's banner, so that the popover is inside a landmark. */
  readonly container: RefObject<HTMLElement | null>;
}>;

export const notificationsHash = 'notifications';
