import { CircleMinus, Clock3, Inbox, ListTodo, MailWarning, RotateCw, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Translate } from '../../i18n/translate.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Timeline, type TimelineStep } from '../../ui/timeline.tsx';
import { appliedSteps, attemptSteps } from './delivery-steps.tsx';
import { SubjectNames } from './subject-name.tsx';
import type { Delivery, SyncStatus } from './sync-status.ts';

/**
 * The steps of a delivery: received, verified, queued; then failed attempts and applied subjects in chronological
 * order; at the end the incomplete step.
 */
export function DeliveryTimeline(props: {
  readonly delivery: Delivery;
  readonly syncMode: SyncMode;
}): ReactNode {
  const { delivery, syncMode } = props;
  const { t } = useTranslation();
  const steps = [
    ...arrival(delivery, t),
    ...(delivery.status === 'ignored' ? [ignored(delivery, t)] : [queued(delivery, syncMode, t)]),
    ...[...attemptSteps(delivery, t), ...appliedSteps(delivery, t)].toSorted((a, b) =>
      (a.at ?? '').localeCompare(b.at ?? ''),
    ),
    ...unfinishedSteps(delivery, syncMode, t),
  ];
  return <Timeline label={t('sync.delivery.life')} level={2} steps={steps} />;
}

function arrival({ source, receivedAt }: Delivery, t: Translate): TimelineStep[] {
  const sent = source === 'webhook';
  return [
    {
      key: 'received',
      icon: Inbox,
      tone: 'text-muted',
      title: t('sync.delivery.received'),
      at: receivedAt,
      children: <p>{sent ? t('sync.delivery.receivedHow') : t('sync.delivery.recoveredHow')}</p>,
    },
    {
      key: 'verified',
      icon: ShieldCheck,
      tone: 'text-allowed',
      title: sent ? t('sync.delivery.verified') : t('sync.delivery.vouched'),
      children: <p>{sent ? t('sync.delivery.verifiedHow') : t('sync.delivery.vouchedHow')}</p>,
    },
  ];
}

function ignored({ outcome }: Delivery, t: Translate): TimelineStep {
  const isTest = outcome?.kind === 'ignored' && outcome.because === 'test';
  return {
    key: 'ignored',
    icon: CircleMinus,
    tone: 'text-muted',
    title: t('sync.status.ignored'),
    children: <p>{isTest ? t('sync.delivery.ignoredTest') : t('sync.delivery.ignoredOther')}</p>,
  };
}

function queued({ subjects, names }: Delivery, syncMode: SyncMode, t: Translate): TimelineStep {
  return {
    key: 'queued',
    icon: ListTodo,
    tone: 'text-muted',
    title: t('sync.delivery.queued'),
    children: (
      <>
        <p>
          {syncMode?.mode === 'payloads'
            ? t('sync.delivery.queuedPayload')
            : t('sync.delivery.queuedHow', { count: subjects.length })}
        </p>
        <SubjectNames subjects={subjects.map(({ subject }) => subject)} names={names} />
      </>
    ),
  };
}

export type SyncMode = Pick<SyncStatus, 'paused' | 'mode'> | undefined;

function unfinishedSteps(delivery: Delivery, syncMode: SyncMode, t: Translate): TimelineStep[] {
  const { status, attempts, outcome } = delivery;
  if (status === 'failed') {
    return [
      {
        key: 'gave-up',
        icon: MailWarning,
        tone: 'text-denied',
        title: t('sync.delivery.gaveUp'),
        children: <p>{t('sync.delivery.gaveUpHow', { count: attempts })}</p>,
      },
    ];
  }
  if (status !== 'pending') return [];
  if (outcome?.kind !== 'error') {
    return [
      {
        key: 'waiting',
        icon: Clock3,
        tone: 'text-info',
        title: t('sync.delivery.waiting'),
        children: (
          <p>
            {syncMode?.paused === true ? t('sync.delivery.waitingPaused') : t('sync.delivery.waitingHow')}
          </p>
        ),
      },
    ];
  }
  return [
    {
      key: 'again',
      icon: RotateCw,
      tone: 'text-unknown',
      title: t('sync.delivery.again'),
      children: <p>{t('sync.delivery.againHow')}</p>,
    },
  ];
}
