import { useEffect, type ReactNode, type RefObject } from 'react';
import { onPaletteKey } from './palette-key.ts';

/** In place of the tools while they are loading: remembers that the palette was asked for. */
export function ToolsLoading({ isAsked }: { readonly isAsked: RefObject<boolean> }): ReactNode {
  useEffect(
    () =>
      onPaletteKey(() => {
        isAsked.current = true;
      }),
    [isAsked],
  );
  return null;
}
