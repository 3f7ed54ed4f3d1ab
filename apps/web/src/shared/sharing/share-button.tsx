import { Users } from 'lucide-react';
import { lazy, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { GateButton } from '../gate-button.tsx';
import type { Shareable } from './use-change-share.ts';

const loadSheet = () => import('./share-sheet.tsx');
const ShareSheet = lazy(loadSheet);

/** Hidden when denied: a reader does not need it. */
export function ShareButton({ on }: { readonly on: Shareable }): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc[on.resource].access, { id: on.id });
  const { popup, open, setOpen } = useLazyPopup();
  const label = t(`sharing.share.${on.resource}`);
  return (
    <>
      <GateButton gate={gate} label={label} whenDenied="hide" changes={false}>
        <Button
          icon={Users}
          aria-haspopup="dialog"
          aria-expanded={open}
          {...preloading(loadSheet)}
          onClick={() => setOpen(true)}
        >
          {label}
        </Button>
      </GateButton>
      <LazyPopup popup={popup}>{(shown) => <ShareSheet on={on} {...shown} />}</LazyPopup>
    </>
  );
}
