import { useRouteContext } from '@tanstack/react-router';
import { useEffect, type ReactNode, type RefObject } from 'react';
import { preload } from '../components/lazy-popup.tsx';
import { Bell } from './bell.tsx';
import { PaletteButton } from './palette-button.tsx';

/** What the top bar has on every page. Loaded after the page itself, which can be used without; hence the default export. */
export default function Tools(props: {
  /** Whether Ctrl K was pressed before they were there. */
  readonly paletteAskedRef: RefObject<boolean>;
}): ReactNode {
  const { auth } = useRouteContext({ from: '/console' });
  // There before it is needed: a token ends within the hour. When it cannot be loaded now, it is loaded then.
  useEffect(() => preload(auth.prepare), [auth]);
  return (
    <>
      <PaletteButton askedRef={props.paletteAskedRef} />
      <Bell />
    </>
  );
}
