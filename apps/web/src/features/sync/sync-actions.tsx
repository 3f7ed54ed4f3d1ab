import { Pause, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { Button } from '../../ui/button.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { notify } from '../../ui/notice.ts';
import { useFailureNotice } from '../../shared/failure-notice.ts';
import { ReconcileButton } from './reconcile-button.tsx';
import type { SyncStatus } from './sync-status.ts';

/** Pause and reconcile. Without the Management API there is nothing to compare with, so there is no reconcile. */
export function SyncActions({ status }: { readonly status: SyncStatus }): ReactNode {
  return (
    <>
      {!status.paused && <SwitchButton action="pause" />}
      {status.mode === 'management-api' && <ReconcileButton paused={status.paused} />}
    </>
  );
}

const icons = { pause: Pause, resume: Play };

/** Pauses or resumes sync. */
export function SwitchButton({ action }: { readonly action: 'pause' | 'resume' }): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const gate = useGate(trpc.sync[action], undefined);
  const { mutate, isPending } = trpc.sync[action].useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t(`sync.${action}Done`) });
      await utils.sync.invalidate();
    },
    onError: (error) => notifyFailure(t(`sync.${action}Failed`), error),
  });
  return (
    <GateButton gate={gate} label={t(`sync.${action}`)} whenDenied="hide">
      <Button disabled={isPending} onClick={() => mutate()} icon={icons[action]}>
        {t(`sync.${action}`)}
      </Button>
    </GateButton>
  );
}
