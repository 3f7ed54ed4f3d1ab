import { lazy, type ComponentType, type ReactNode } from 'react';
import { LazyPart } from '../../ui/lazy.tsx';
import { viewAsMessages } from '../messages.ts';
import { useMayView, type Target } from './use-start-view.ts';
import { addMessages, currentI18n } from '../../i18n/i18n.ts';

const actions = () => import('./view-as-actions.tsx');
const bars = () => import('./view-as-bar.tsx');
const Button = lazy(async () => withMessages((await actions()).ViewAsButton));
const MenuItem = lazy(async () => withMessages((await actions()).ViewAsMenuItem));

export const ViewAsBar = lazy(async () => withMessages((await bars()).ViewAsBar));
export const ActingBar = lazy(async () => withMessages((await bars()).ActingBar));

/** For users with the permission. The code and messages load after the page. */
export function ViewAs({ target }: { readonly target: Target }): ReactNode {
  const mayView = useMayView();
  const waiting = (
    <>
      <span className="skeleton mt-3 block h-9 rounded-control pointer-coarse:h-11" />
      {target.kind === 'person' && <span className="skeleton mt-1 block h-4.5 w-32" />}
    </>
  );
  return (
    <LazyPart loading={mayView && waiting}>
      <Button target={target} />
    </LazyPart>
  );
}

export function ViewAsItem({ subject }: { readonly subject: string }): ReactNode {
  return (
    <LazyPart>
      <MenuItem subject={subject} />
    </LazyPart>
  );
}

/** Loads the messages before the component is rendered. */
async function withMessages<Props>(
  component: ComponentType<Props>,
): Promise<{ readonly default: ComponentType<Props> }> {
  await addMessages(currentI18n(), viewAsMessages);
  return { default: component };
}
