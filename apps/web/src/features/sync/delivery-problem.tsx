import { MailWarning, RotateCw } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Callout } from '../../ui/callout.tsx';
import { failureText } from './failure-text.tsx';
import type { SyncMode } from './delivery-timeline.tsx';
import { ReplayButton } from './replay-button.tsx';
import { ResumeButton } from './sync-actions.tsx';
import type { Delivery } from './sync-status.ts';

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

const second = 1_000;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, second);
  return () => clearInterval(timer);
}
const thisSecond = (): number => Math.floor(Date.now() / second) * second;

/**
 * A countdown to the next attempt: "Next attempt in 40 seconds". `at` is an ISO time; `null` while a worker processes
 * the delivery.
 */
function NextAttempt({ at }: { readonly at: string | null }): ReactNode {
  const { t, i18n } = useTranslation();
  const now = useSyncExternalStore(subscribe, thisSecond);
  if (at === null) return <p>{t('sync.delivery.trying')}</p>;
  const left = Math.ceil((Date.parse(at) - now) / second);
  const relative = new Intl.RelativeTimeFormat(i18n.language, { numeric: 'always' });
  const when =
    left < 120 ? relative.format(left, 'second') : relative.format(Math.round(left / 60), 'minute');
  return (
    <p>
      <time dateTime={at} className="font-medium text-ink tabular-nums">
        {left <= 0 ? t('sync.delivery.nextNow') : t('sync.delivery.next', { when })}
      </time>
    </p>
  );
}
