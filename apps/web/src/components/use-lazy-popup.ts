import { useCallback, useState } from 'react';

export interface LazyPopup {
  /** False until it is first opened, so that its code is not loaded earlier. */
  readonly mounted: boolean;
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
}

/** The state of a lazily loaded dialog or menu. Once opened, it stays mounted for its closing animation. */
export function useLazyPopup(): LazyPopup {
  const [state, setState] = useState<'never' | 'open' | 'closed'>('never');
  const setOpen = useCallback(
    (open: boolean): void => setState((was) => (open ? 'open' : was === 'never' ? 'never' : 'closed')),
    [],
  );
  return { mounted: state !== 'never', open: state === 'open', setOpen };
}
