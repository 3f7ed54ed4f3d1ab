import { useCallback, useState } from 'react';

export interface LazyPopup {
  /** False until it is opened for the first time: its code is not loaded before. */
  readonly mounted: boolean;
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
}

/** State of a dialog or menu that is loaded when first opened, and stays mounted then so that its closing is animated. */
export function useLazyPopup(): LazyPopup {
  const [state, setState] = useState<'never' | 'open' | 'closed'>('never');
  const setOpen = useCallback(
    (open: boolean): void => setState((was) => (open ? 'open' : was === 'never' ? 'never' : 'closed')),
    [],
  );
  return { mounted: state !== 'never', open: state === 'open', setOpen };
}
