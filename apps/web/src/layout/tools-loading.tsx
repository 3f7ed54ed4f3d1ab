import { useEffect, type ReactNode, type RefObject } from 'react';
import { onPaletteKey } from './palette-key.ts';

/** Replaces the tools while they are loading, and remembers that the palette was requested. */
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
