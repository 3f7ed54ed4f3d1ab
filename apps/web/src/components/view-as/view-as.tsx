import { lazy, type ReactNode } from 'react';
import { LazyPart } from '../lazy-part.tsx';
import { withMessages } from './with-messages.ts';
import type { Target } from './use-start-view.ts';

const Button = lazy(() => withMessages(import('./view-as-button.tsx')));
const MenuItem = lazy(() => withMessages(import('./view-as-item.tsx')));

/** A button to view the console as another user, for users with permission. Its code and messages load after the page. */
export function ViewAs({ target }: { readonly target: Target }): ReactNode {
  return (
    <LazyPart>
      <Button target={target} />
    </LazyPart>
  );
}

/** The same as the last item of a user's menu. */
export function ViewAsItem({ subject }: { readonly subject: string }): ReactNode {
  return (
    <LazyPart>
      <MenuItem subject={subject} />
    </LazyPart>
  );
}
