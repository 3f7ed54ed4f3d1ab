import type { ReactNode, RefObject } from 'react';
import { Bell } from './bell.tsx';
import { PaletteButton } from './palette-button.tsx';

/** What the top bar has on every page. Loaded after the page itself, which can be used without; hence the default export. */
export default function Tools(props: {
  /** Whether Ctrl K was pressed before they were there. */
  readonly paletteAskedRef: RefObject<boolean>;
}): ReactNode {
  return (
    <>
      <PaletteButton askedRef={props.paletteAskedRef} />
      <Bell />
    </>
  );
}
