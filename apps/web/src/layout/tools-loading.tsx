import { useEffect, type ReactNode, type RefObject } from 'react';
import { onPaletteKey } from './palette-key.ts';

/** In place of the tools while they are loading: remembers that the palette was asked for. */
export function ToolsLoading({ askedRef }: { readonly askedRef: RefObject<boolean> }): ReactNode {
  useEffect(
    () =>
      onPaletteKey(() => {
        askedRef.current = true;
      }),
    [askedRef],
  );
  return null;
}
