import {
  CircleCheck,
  CircleMinus,
  Clock3,
  Inbox,
  ListTodo,
  MailWarning,
  RotateCw,
  ShieldCheck,
} from 'lucide-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeLine } from './change-line.tsx';
import { outcomeOf } from './outcome.ts';
import { SubjectName } from './subject-name.tsx';
import type { Delivery, SyncStatus } from './sync-types.ts';
import { Timeline, type TimelineStep } from './timeline.tsx';

type Standing = Pick<SyncStatus, 'paused' | 'mode'> | undefined;

/** A delivery's life: received, verified, queued; then applied subject by subject, or why not and what comes next. */
export function DeliveryLife(props: { readonly delivery: Delivery; readonly standing: Standing }): ReactNode {
  const { delivery, standing } = props;
  const { t } = useTranslation();
  const steps = [
    ...arrival(delivery, t),
    ...(delivery.status === 'ignored' ? [ignored(delivery, t)] : [queued(delivery, standing, t)]),
    ...applied(delivery, t),
    ...open(delivery, standing, t),
  ];
  return <Timeline label={t('sync.delivery.life')} steps={steps} />;
}

function arrival({ source, receivedAt }: Delivery, t: TFunction): TimelineStep[] {
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

function ignored({ outcome }: Delivery, t: TFunction): TimelineStep {
  const why = outcomeOf(outcome);
  const isTest = why?.kind === 'ignored' && why.because === 'test';
  return {
    key: 'ignored',
    icon: CircleMinus,
    tone: 'text-muted',
    title: t('sync.delivery.ignored'),
    children: <p>{isTest ? t('sync.delivery.ignoredTest') : t('sync.delivery.ignoredOther')}</p>,
  };
}

function queued({ subjects }: Delivery, standing: Standing, t: TFunction): TimelineStep {
  return {
    key: 'queued',
    icon: ListTodo,
    tone: 'text-muted',
    title: t('sync.delivery.queued'),
    children: (
      <>
        <p>
          {standing?.mode === 'payloads'
            ? t('sync.delivery.queuedPayload')
            : t('sync.delivery.queuedHow', { count: subjects.length })}
        </p>
        {subjects.map(({ subject }) => (
          <SubjectName key={subject} subject={subject} />
        ))}
      </>
    ),
  };
}

function applied({ subjects }: Delivery, t: TFunction): TimelineStep[] {
  return subjects
    .filter(({ settledAt }) => settledAt !== null)
    .toSorted((a, b) => (a.settledAt ?? '').localeCompare(b.settledAt ?? ''))
    .map(({ subject, settledAt, changes }) => ({
      key: `applied ${subject}`,
      icon: CircleCheck,
      tone: 'text-allowed',
      title: t('sync.delivery.applied'),
      at: settledAt,
      children: (
        <>
          {subjects.length > 1 && <code className="font-mono text-xs break-all">{subject}</code>}
          {subject === 'directory' ? (
            <p>{t('sync.delivery.swept')}</p>
          ) : changes === null || changes.length === 0 ? (
            <p>{t('sync.delivery.noChange')}</p>
          ) : (
            <ul className="flex flex-col gap-1.5 text-ink">
              {changes.map((line) => (
                <li key={line}>
                  <ChangeLine line={line} />
                </li>
              ))}
            </ul>
          )}
        </>
      ),
    }));
}

/** What has not come to a good end: it waits, is tried again, or was given up. */
function open({ status, attempts, outcome }: Delivery, standing: Standing, t: TFunction): TimelineStep[] {
  const problem = outcomeOf(outcome);
  const reason = problem?.kind === 'error' ? problem.reason : null;
  if (status === 'failed') {
    return [
      {
        key: 'gave-up',
        icon: MailWarning,
        tone: 'text-denied',
        title: t('sync.delivery.gaveUp'),
        children: (
          <>
            <p>{t('sync.delivery.gaveUpHow', { count: attempts })}</p>
            <Reason text={reason} />
          </>
        ),
      },
    ];
  }
  if (status !== 'pending') return [];
  const paused = standing?.paused === true && <p>{t('sync.delivery.waitingPaused')}</p>;
  if (attempts === 0 || reason === null) {
    return [
      {
        key: 'waiting',
        icon: Clock3,
        tone: 'text-info',
        title: t('sync.delivery.waiting'),
        children: paused || <p>{t('sync.delivery.waitingHow')}</p>,
      },
    ];
  }
  return [
    {
      key: 'again',
      icon: RotateCw,
      tone: 'text-unknown',
      title: t('sync.delivery.again'),
      children: (
        <>
          {paused || <p>{t('sync.delivery.againHow', { count: attempts })}</p>}
          <Reason text={reason} />
        </>
      ),
    },
  ];
}

/** The error as the vendor worded it: to be read, searched for, and sent to someone. */
function Reason({ text }: { readonly text: string | null }): ReactNode {
  const { t } = useTranslation();
  if (text === null) return null;
  return (
    <div className="rounded-control border border-line bg-surface px-3 py-2">
      <p className="text-xs">{t('sync.delivery.reason')}</p>
      <code className="font-mono text-xs break-words text-ink">{text}</code>
    </div>
  );
}
