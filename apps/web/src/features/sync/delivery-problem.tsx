import { MailWarning, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Callout } from '../../components/callout.tsx';
import { failureText } from './failure-text.ts';
import { NextAttempt } from './next-attempt.tsx';
import type { SyncMode } from './unfinished-steps.tsx';
import { ReplayButton } from './replay-button.tsx';
import { ResumeButton } from './sync-actions.tsx';
import type { Delivery } from './sync-types.ts';

/** Above the timeline of a failed delivery: why, what to do, and when the next attempt is. */
export function DeliveryProblem(props: {
  readonly delivery: Delivery;
  readonly syncMode: SyncMode;
}): ReactNode {
  const { delivery, syncMode } = props;
  const { id, status, outcome, nextAttemptAt } = delivery;
  const { t } = useTranslation();
  if (outcome?.kind !== 'error') return null;
  const { why, todo } = failureText(outcome.code, t);
  if (status === 'failed') {
    return (
      <Callout tone="denied" icon={MailWarning} title={why}>
        <p>{todo}</p>
      </Callout>
    );
  }
  if (status !== 'pending') return null;
  const paused = syncMode?.paused === true;
  return (
    <Callout
      tone="unknown"
      icon={RotateCw}
      title={why}
      action={paused ? <ResumeButton /> : <ReplayButton id={id} label={t('sync.tryNow')} />}
    >
      <p>{todo}</p>
      {paused ? <p>{t('sync.delivery.waitingPaused')}</p> : <NextAttempt at={nextAttemptAt} />}
    </Callout>
  );
}
