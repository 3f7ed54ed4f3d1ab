import { Dialog } from '@base-ui/react/dialog';
import { useState, type ReactNode, type RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { recoverFocus } from '../../ui/focus-main.ts';
import { NoticeBar, notify } from '../../ui/notice.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { PlanReview } from './plan-review.tsx';
import { RunProgress, useRun } from './run-progress.tsx';
import { MassChangeCount } from './failure-text.tsx';
import { isUnderWay, type MassChange } from './sync-status.ts';
import { backdropClass } from '../../ui/popup-style.ts';

/** First a dry run and its plan, then the run. The page shows its progress too, so the dialog can be closed. */
export default function ReconcileDialog(props: {
  readonly open: boolean;
  readonly paused: boolean;
  /** Why the guard refused the last run; the dialog then shows the whole plan immediately. */
  readonly refused: MassChange | undefined;
  readonly onClose: () => void;
  readonly returnFocusTo: RefObject<HTMLElement | null>;
}): ReactNode {
  const { open, paused, refused, onClose, returnFocusTo } = props;
  const { t } = useTranslation();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup
          finalFocus={returnFocusTo}
          className="fixed top-1/2 left-1/2 z-20 max-h-[calc(100dvh-2rem)] w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-card border border-line bg-surface p-6 shadow-float transition-[opacity,scale] data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0 [&>output>div]:mt-4"
        >
          <Dialog.Title className="text-lg font-semibold">{t('sync.dialog.title')}</Dialog.Title>
          <Steps paused={paused} refused={refused} onClose={onClose} />
          <NoticeBar />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Restarts each time the dialog is opened, because an old plan may be outdated. */
function Steps(props: {
  readonly paused: boolean;
  readonly refused: MassChange | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const { paused, refused, onClose } = props;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [dryRun, setDryRun] = useState<string | null>(null);
  const onError = (error: unknown): void => notifyFailure(t('sync.dialog.startFailed'), error);
  const dryRunMutation = trpc.sync.reconcile.useMutation({
    onSuccess: async ({ id }) => {
      setDryRun(id);
      await utils.sync.status.invalidate();
    },
    onError,
  });
  const change = trpc.sync.reconcile.useMutation({
    onSuccess: async () => {
      notify({ tone: 'done', text: t('sync.dialog.started') });
      onClose();
      await utils.sync.status.invalidate();
    },
    onError,
  });
  if (dryRun !== null) {
    return (
      <DryRun
        key={dryRun}
        id={dryRun}
        paused={paused}
        changing={change.isPending || dryRunMutation.isPending}
        onShowAnyway={() => dryRunMutation.mutate({ dryRun: true, force: true })}
        onChange={(force) => change.mutate({ dryRun: false, force })}
      />
    );
  }
  return (
    <>
      {refused === undefined ? (
        <>
          <Dialog.Description className="mt-2 text-muted">{t('sync.dialog.lead')}</Dialog.Description>
          <p className="mt-3 text-muted">{t('sync.dialog.guard')}</p>
        </>
      ) : (
        <>
          <Dialog.Description className="mt-2">
            <MassChangeCount problem={refused} />
          </Dialog.Description>
          <p className="mt-3 text-muted">{t('sync.dialog.stoppedWhy')}</p>
          <p className="mt-3 text-muted">{t('sync.dialog.forceWhy')}</p>
        </>
      )}
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Dialog.Close className={buttonClass('quiet')}>{t('cancel')}</Dialog.Close>
        <Button
          variant="primary"
          disabled={dryRunMutation.isPending}
          onClick={() => dryRunMutation.mutate({ dryRun: true, force: refused !== undefined })}
        >
          {refused === undefined ? t('sync.dialog.start') : t('sync.dialog.showPlan')}
        </Button>
      </div>
    </>
  );
}

function DryRun(props: {
  readonly id: string;
  readonly paused: boolean;
  readonly changing: boolean;
  readonly onShowAnyway: () => void;
  readonly onChange: (force: boolean) => void;
}): ReactNode {
  const { id, paused, changing, onShowAnyway, onChange } = props;
  const { t } = useTranslation();
  const watched = useRun(id);
  if (watched === null || isUnderWay(watched.run)) {
    return (
      <Step key="running">
        <Dialog.Description className="mt-2 mb-4 text-muted">
          {t('sync.dialog.background')}
        </Dialog.Description>
        <RunProgress watched={watched} paused={paused} />
        <div className="mt-6 flex justify-end">
          <Dialog.Close className={buttonClass('quiet')}>{t('close')}</Dialog.Close>
        </div>
      </Step>
    );
  }
  return (
    <Step key="plan">
      <PlanReview run={watched.run} changing={changing} onShowAnyway={onShowAnyway} onChange={onChange} />
    </Step>
  );
}

/** Replaces the previous step and its focused button, so it takes the focus. */
function Step({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div ref={recoverFocus} tabIndex={-1} className="outline-none">
      {children}
    </div>
  );
}
