import type { Translate } from '../../i18n/translate.ts';
import { Clock3, MailWarning, RotateCw } from 'lucide-react';
import type { Delivery, SyncStatus } from './sync-types.ts';
import type { TimelineStep } from '../../components/timeline.tsx';

export type SyncMode = Pick<SyncStatus, 'paused' | 'mode'> | undefined;

/** The last step of a delivery that is not applied: pending, retried, or a dead letter. */
export function unfinishedSteps(delivery: Delivery, syncMode: SyncMode, t: Translate): TimelineStep[] {
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
