import { UserPlus, Users } from 'lucide-react';
import { lazy, useLayoutEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { focusMain } from '../../ui/focus-main.ts';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { GateButton } from '../gate-button.tsx';
import type { Shareable } from './use-change-share.ts';

const loadSheet = () => import('./share-sheet.tsx');
const ShareSheet = lazy(loadSheet);

/** Hidden when denied: a reader does not need it. `isForOwner`: suggests the current user as the owner. */
export function ShareButton(props: { readonly on: Shareable; readonly isForOwner?: boolean }): ReactNode {
  const { on, isForOwner = false } = props;
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const element = button.current;
    // The button disappears when there is an owner.
    return () => {
      if (element !== null && document.activeElement === element) focusMain();
    };
  }, []);
  const gate = useGate(trpc[on.resource].access, { id: on.id });
  const { popup, open, setOpen } = useLazyPopup();
  const label = t(isForOwner ? 'sharing.chooseOwner' : `sharing.share.${on.resource}`);
  return (
    <>
      <GateButton gate={gate} label={label} whenDenied="hide" changes={false}>
        <Button
          ref={button}
          icon={isForOwner ? UserPlus : Users}
          aria-haspopup="dialog"
          aria-expanded={open}
          {...preloading(loadSheet)}
          onClick={() => setOpen(true)}
        >
          {label}
        </Button>
      </GateButton>
      <LazyPopup popup={popup}>
        {(shown) => <ShareSheet on={on} isForOwner={isForOwner} {...shown} />}
      </LazyPopup>
    </>
  );
}
