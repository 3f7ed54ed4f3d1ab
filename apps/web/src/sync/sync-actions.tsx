import { Pause, Play, RefreshCcw } from 'lucide-react';
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/trpc.ts';
import { useGate } from '../permissions.ts';
import { Button } from '../pieces/button.tsx';
import { GateButton } from '../pieces/gate-button.tsx';
import { notify } from '../pieces/notice.ts';
import { useProblemText } from '../pieces/problem-text.ts';
import type { SyncStatus } from './sync-types.ts';

const loadDialog = () => import('./reconcile-dialog.tsx');
const ReconcileDialog = lazy(loadDialog);

/** What this person may do with sync as a whole. Nothing can be compared where only payloads tell. */
export function SyncActions({ status }: { readonly status: SyncStatus }): ReactNode {
  return (
    <>
      {!status.paused && <PauseButton />}
      {status.mode === 'management-api' && <Reconcile paused={status.paused} />}
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
      <Button className="text-ink" disabled={resume.isPending} onClick={() => resume.mutate()}>
        <Play aria-hidden="true" className="size-4" />
        {t('sync.resume')}
      </Button>
    </GateButton>
  );
}

function Reconcile({ paused }: { readonly paused: boolean }): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.sync.reconcile);
  const button = useRef<HTMLButtonElement>(null);
  const [dialog, setDialog] = useState<'never' | 'open' | 'closed'>('never');
  return (
    <GateButton gate={gate} label={t('sync.reconcile')}>
      <Button
        ref={button}
        look="primary"
        onPointerEnter={() => void loadDialog()}
        onFocus={() => void loadDialog()}
        onClick={() => setDialog('open')}
      >
        <RefreshCcw aria-hidden="true" className="size-4" />
        {t('sync.reconcile')}
      </Button>
      {dialog !== 'never' && (
        <Suspense>
          <ReconcileDialog
            open={dialog === 'open'}
            paused={paused}
            onClose={() => setDialog('closed')}
            returnFocusTo={button}
          />
        </Suspense>
      )}
    </GateButton>
  );
}
