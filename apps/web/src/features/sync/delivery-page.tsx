import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { MailWarning, RotateCw } from 'lucide-react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { retryInterval, retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { useNow } from '../../ui/time.tsx';
import { DeliveryTimeline, type SyncMode } from './delivery-timeline.tsx';
import { DeliveryStatus } from './delivery-status.tsx';
import { useEventName } from './webhook-event-names.ts';
import { ReplayButton } from './replay-button.tsx';
import { useSyncStatus, type Delivery } from './sync-status.ts';
import { Callout } from '../../ui/callout.tsx';
import { failureText } from './failure-text.tsx';
import { SwitchButton } from './sync-actions.tsx';

function DeliveryProblem(props: { readonly delivery: Delivery; readonly syncMode: SyncMode }): ReactNode {
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
      action={paused ? <SwitchButton action="resume" /> : <ReplayButton id={id} label={t('sync.tryNow')} />}
    >
      <p>{todo}</p>
      {paused ? <p>{t('sync.delivery.waitingPaused')}</p> : <NextAttempt at={nextAttemptAt} />}
    </Callout>
  );
}

const second = 1_000;

/** `at` is an ISO time; `null` while a worker processes the delivery. */
function NextAttempt({ at }: { readonly at: string | null }): ReactNode {
  const { t, i18n } = useTranslation();
  const now = useNow(second);
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

const route = getRouteApi('/console/sync/deliveries/$deliveryId');

export function DeliveryPage(): ReactNode {
  const { t } = useTranslation();
  const eventName = useEventName();
  const { deliveryId: id } = route.useParams();
  const { data: syncMode } = useSyncStatus();
  const query = trpc.sync.delivery.useQuery(
    { id },
    {
      refetchInterval: ({ state }) =>
        state.data?.status === 'pending' ? retryInterval : retryIntervalAfter(state.error),
    },
  );
  const problem = useProblem(query);
  const delivery = query.data;
  if (delivery === undefined) {
    if (problem === null) return <DeliverySkeleton />;
    return (
      <Problem
        problem={problem}
        title={t('sync.delivery.failed')}
        missing={{ title: t('sync.delivery.missing'), why: t('sync.delivery.missingWhy'), back: <Back /> }}
      />
    );
  }
  const { event, status, attempts } = delivery;
  return (
    <article>
      <PageHeader
        title={eventName(event)}
        purpose={
          <span className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-2 pt-1">
            <span className="text-ink">
              <DeliveryStatus status={status} attempts={attempts} />
            </span>
            <code className="font-mono text-xs">{event}</code>
            {attempts > 0 && <span>{t('sync.attempts', { count: attempts })}</span>}
            <Copyable label={t('sync.delivery.id')} text={id} />
          </span>
        }
        actions={
          status === 'failed' || status === 'applied' ? (
            <ReplayButton
              id={id}
              label={t('sync.replay')}
              variant={status === 'failed' ? 'primary' : 'secondary'}
            />
          ) : undefined
        }
      />
      <DeliveryProblem delivery={delivery} syncMode={syncMode} />
      <div className="mt-6">
        <DeliveryTimeline delivery={delivery} syncMode={syncMode} />
      </div>
    </article>
  );
}

function Back(): ReactNode {
  const { t } = useTranslation();
  return (
    <Link to="/sync" className={buttonClass('secondary')}>
      {t('sync.delivery.back')}
    </Link>
  );
}

const widths = ['42%', '56%', '34%'];

function DeliverySkeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <div aria-busy="true">
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton block h-9 w-[min(18rem,80%)]" />
      <span className="skeleton mt-2 mb-6 block h-9 w-[min(36rem,100%)]" />
      {widths.map((width) => (
        <div key={width} className="flex max-w-3xl gap-4 pb-6">
          <span className="skeleton size-8 shrink-0 rounded-full" />
          <div className="flex-1 pt-1">
            <span className="skeleton block h-4 w-32" />
            <span className="skeleton mt-2 block h-4" style={{ width }} />
          </div>
        </div>
      ))}
    </div>
  );
}
