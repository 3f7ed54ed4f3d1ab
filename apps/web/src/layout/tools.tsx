import { useRouteContext } from '@tanstack/react-router';
import { useEffect, type ReactNode, type RefObject } from 'react';
import { preload } from '../components/lazy.tsx';
import { Bell } from './bell.tsx';
import { PaletteButton } from './palette-button.tsx';

/** The top bar's tools on every page. Loaded after the page, which is usable without them; hence the default export. */
export default function Tools(props: {
  /** Whether Ctrl K was pressed before they were loaded. */
  readonly paletteAskedRef: RefObject<boolean>;
}): ReactNode {
  const { auth } = useRouteContext({ from: '/console' });
  // Preloads Logto's client, because a token expires within the hour. If this fails, it is loaded on demand.
  useEffect(() => preload(auth.prepare), [auth]);
  return (
    <>
      <PaletteButton askedRef={props.paletteAskedRef} />
      <Bell />
    </>
  );
}
