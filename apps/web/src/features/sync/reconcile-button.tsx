import { ListChecks, RefreshCcw } from 'lucide-react';
import { lazy, useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { Button } from '../../ui/button.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import type { MassChange } from './sync-status.ts';
import { useLazyPopup, LazyPopup, preload } from '../../ui/lazy.tsx';

const loadDialog = () => import('./reconcile-dialog.tsx');
const ReconcileDialog = lazy(loadDialog);

/** Opens the dialog for a manual run. After a run that the guard refused, the dialog starts with the reason. */
export function ReconcileButton(props: {
  readonly paused: boolean;
  readonly refused?: MassChange;
}): ReactNode {
  const { paused, refused } = props;
  const { t } = useTranslation();
  const gate = useGate(trpc.sync.reconcile, undefined);
  const button = useRef<HTMLButtonElement>(null);
  const dialog = useLazyPopup();
  const label = refused === undefined ? t('sync.reconcile') : t('sync.run.review');
  const Icon = refused === undefined ? RefreshCcw : ListChecks;
  return (
    <GateButton gate={gate} label={label}>
      <Button
        ref={button}
        variant={refused === undefined ? 'primary' : 'secondary'}
        onPointerEnter={() => preload(loadDialog)}
        onFocus={() => preload(loadDialog)}
        onClick={() => dialog.setOpen(true)}
        icon={Icon}
      >
        {label}
      </Button>
      {dialog.mounted && (
        <LazyPopup open={dialog.open} onClose={() => dialog.setOpen(false)}>
          <ReconcileDialog
            open={dialog.open}
            paused={paused}
            refused={refused}
            onClose={() => dialog.setOpen(false)}
            returnFocusTo={button}
          />
        </LazyPopup>
      )}
    </GateButton>
  );
}
