import { Pause, Play, ListChecks, RefreshCcw } from 'lucide-react';
import { type ReactNode, lazy, useRef } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { Button } from '../../ui/button.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { notify } from '../../ui/notice.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import type { SyncStatus, MassChange } from './sync-status.ts';
import { focusMainInsteadOf } from '../../ui/focus-main.ts';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';

/** A manual run needs the Management API. */
export function SyncActions({ status }: { readonly status: SyncStatus }): ReactNode {
  return (
    <>
      {!status.paused && <SwitchButton action="pause" />}
      {status.mode === 'management-api' && <ReconcileButton paused={status.paused} />}
    </>
  );
}

const icons = { pause: Pause, resume: Play };

export function SwitchButton({ action }: { readonly action: 'pause' | 'resume' }): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const gate = useGate(trpc.sync[action], undefined);
  const button = useRef<HTMLButtonElement>(null);
  const { mutate, isPending } = trpc.sync[action].useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t(`sync.${action}Done`) });
      await utils.sync.invalidate();
      // The other button replaces this one.
      focusMainInsteadOf(button.current);
    },
    onError: (error) => notifyFailure(t(`sync.${action}Failed`), error),
  });
  return (
    <GateButton gate={gate} label={t(`sync.${action}`)} whenDenied="hide">
      <Button ref={button} disabled={isPending} onClick={() => mutate()} icon={icons[action]}>
        {t(`sync.${action}`)}
      </Button>
    </GateButton>
  );
}

const loadDialog = () => import('./reconcile-dialog.tsx');
const ReconcileDialog = lazy(loadDialog);

export function ReconcileButton(props: {
  readonly paused: boolean;
  readonly refused?: MassChange;
}): ReactNode {
  const { paused, refused } = props;
  const { t } = useTranslation();
  const gate = useGate(trpc.sync.reconcile, undefined);
  const button = useRef<HTMLButtonElement>(null);
  const { popup, setOpen } = useLazyPopup();
  const label = refused === undefined ? t('sync.reconcile') : t('sync.run.review');
  const Icon = refused === undefined ? RefreshCcw : ListChecks;
  return (
    <GateButton gate={gate} label={label}>
      <Button
        ref={button}
        variant={refused === undefined ? 'primary' : 'secondary'}
        {...preloading(loadDialog)}
        onClick={() => setOpen(true)}
        icon={Icon}
      >
        {label}
      </Button>
      <LazyPopup popup={popup}>
        {(shown) => <ReconcileDialog {...shown} paused={paused} refused={refused} returnFocusTo={button} />}
      </LazyPopup>
    </GateButton>
  );
}
