import { Pause, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../permissions.ts';
import { Button } from '../../components/button.tsx';
import { GateButton } from '../../components/gate-button.tsx';
import { notify } from '../../components/notice.ts';
import { useProblemText } from '../../components/problem-text.ts';
import { ReconcileButton } from './reconcile-button.tsx';
import type { SyncStatus } from './sync-types.ts';

/** What this person may do with sync as a whole. Nothing can be compared where only payloads tell. */
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
  const problemText = useProblemText();
  const gate = useGate(trpc.sync.pause);
  const pause = trpc.sync.pause.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('sync.pauseDone') });
      await utils.sync.status.invalidate();
    },
    onError: (error) => notify({ tone: 'failed', text: `${t('sync.pauseFailed')}. ${problemText(error)}` }),
  });
  return (
    <GateButton gate={gate} label={t('sync.pause')} whenDenied="hide">
      <Button disabled={pause.isPending} onClick={() => pause.mutate()}>
        <Pause aria-hidden="true" className="size-4" />
        {t('sync.pause')}
      </Button>
    </GateButton>
  );
}

/** Stands in what says that sync is paused. */
export function ResumeButton(): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const problemText = useProblemText();
  const gate = useGate(trpc.sync.resume);
  const resume = trpc.sync.resume.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('sync.resumeDone') });
      await utils.sync.invalidate();
    },
    onError: (error) => notify({ tone: 'failed', text: `${t('sync.resumeFailed')}. ${problemText(error)}` }),
  });
  return (
    <GateButton gate={gate} label={t('sync.resume')} whenDenied="hide">
      <Button disabled={resume.isPending} onClick={() => resume.mutate()}>
        <Play aria-hidden="true" className="size-4" />
        {t('sync.resume')}
      </Button>
    </GateButton>
  );
}
