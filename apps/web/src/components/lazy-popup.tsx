import type { ReactNode } from 'react';
import { LazyPart } from './lazy-part.tsx';
import { LoadFailure } from './load-failure.tsx';

/** Around a dialog, sheet or menu whose code is loaded when it is first opened: says so when it cannot be loaded. */
export function LazyPopup(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { open, onClose, children } = props;
  return <LazyPart failed={open && <LoadFailure onClose={onClose} />}>{children}</LazyPart>;
}

/** Loads the code before it is needed. When that fails, it is told once the part is opened. */
export function preload(load: () => Promise<unknown>): void {
  load().catch(() => {});
}
