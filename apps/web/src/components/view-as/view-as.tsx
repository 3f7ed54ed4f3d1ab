import { lazy, type ReactNode } from 'react';
import { LazyPart } from '../lazy-part.tsx';
import { withMessages } from './with-messages.ts';
import type { Target } from './view-as-button.tsx';

const Button = lazy(() => withMessages(import('./view-as-button.tsx')));

/** A button to see the console as somebody else, for who may. Its code and words come after the page. */
export function ViewAs({ target }: { readonly target: Target }): ReactNode {
  return (
    <LazyPart>
      <Button target={target} />
    </LazyPart>
  );
}
