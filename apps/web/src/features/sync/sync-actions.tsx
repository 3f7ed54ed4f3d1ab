import type { GatedProcedure } from '@latchkey/permissions/react';
import { Pause, Play, type LucideIcon } from 'lucide-react';
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
      {!status.paused && <PauseButton />}
      {status.mode === 'management-api' && <ReconcileButton paused={status.paused} />}
    </>
  );
}

function PauseButton(): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const pause = trpc.sync.pause.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('sync.pauseDone') });
      await utils.sync.status.invalidate();
    },
    onError: (error) => notifyFailure(t('sync.pauseFailed'), error),
  });
  return <SwitchButton gate={trpc.sync.pause} icon={Pause} label={t('sync.pause')} mutation={pause} />;
}

/** For the notices that sync is paused. */
export function ResumeButton(): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const resume = trpc.sync.resume.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('sync.resumeDone') });
      await utils.sync.invalidate();
    },
    onError: (error) => notifyFailure(t('sync.resumeFailed'), error),
  });
  return <SwitchButton gate={trpc.sync.resume} icon={Play} label={t('sync.resume')} mutation={resume} />;
}

function SwitchButton(props: {
  readonly gate: GatedProcedure;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly mutation: { readonly isPending: boolean; readonly mutate: () => void };
}): ReactNode {
  const { icon: Icon, label, mutation } = props;
  const gate = useGate(props.gate, undefined);
  return (
    <GateButton gate={gate} label={label} whenDenied="hide">
      <Button disabled={mutation.isPending} onClick={() => mutation.mutate()} icon={Icon}>
        {label}
      </Button>
    </GateButton>
  );
}
