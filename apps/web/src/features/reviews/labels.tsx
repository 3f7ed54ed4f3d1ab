import {
  ArrowDownNarrowWide,
  Bot,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CirclePause,
  CircleX,
  Hourglass,
  Moon,
  ShieldAlert,
  Sparkles,
  TimerOff,
  UserRound,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { failureText, type ReviewRow, type RowFlag } from './review.ts';
import { nameOf } from '../../shared/person.tsx';

const flagIcons: Readonly<Record<RowFlag, LucideIcon>> = {
  privileged: ShieldAlert,
  new: Sparkles,
  changed: Sparkles,
  unused: TimerOff,
  inactive: Moon,
  suspended: CirclePause,
  machine: Bot,
  'only-holder': UserRound,
};

export function Flags({ flags }: Pick<ReviewRow, 'flags'>): ReactNode {
  const { t } = useTranslation();
  return flags.map((flag) => {
    const Icon = flagIcons[flag];
    return (
      <span
        key={flag}
        title={t(`reviews.flagHow.${flag}`)}
        className="inline-flex h-6 items-center gap-1 rounded-full bg-unknown-wash px-2 text-xs font-medium whitespace-nowrap text-unknown print:h-auto print:bg-transparent print:px-0"
      >
        <Icon aria-hidden="true" className="size-3.5" />
        {t(`reviews.flag.${flag}`)}
      </span>
    );
  });
}

const decisionLooks = {
  keep: { icon: CircleCheck, tone: 'text-allowed' },
  remove: { icon: CircleMinus, tone: 'text-denied' },
  change: { icon: ArrowDownNarrowWide, tone: 'text-info' },
} as const;

export function DecisionText(props: {
  readonly row: Pick<ReviewRow, 'decision' | 'newRole' | 'instance'>;
}): ReactNode {
  const { t } = useTranslation();
  const { decision, newRole, instance } = props.row;
  if (decision === null) return <span className="text-muted">{t('reviews.show.none')}</span>;
  const { icon: Icon, tone } = decisionLooks[decision];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${tone}`}>
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {decision === 'change' && newRole !== null
        ? t('reviews.changedTo', {
            role: roleName(newRole, instance === null ? 'organization' : 'instance', t),
          })
        : t(`reviews.decision.${decision}`)}
    </span>
  );
}

export function DecidedBy({ row }: { readonly row: ReviewRow }): ReactNode {
  const { t } = useTranslation();
  const { decidedBy, decidedAt, reason } = row;
  return (
    <>
      {decidedBy !== null && (
        <span className="text-sm text-muted wrap-anywhere">
          {t('reviews.by', { name: nameOf(decidedBy) })}{' '}
          {decidedAt !== null && <RelativeTime at={decidedAt} />}
        </span>
      )}
      {reason !== null && <q className="block text-sm wrap-anywhere text-muted">{reason}</q>}
    </>
  );
}

const outcomeLooks = {
  kept: { icon: CircleCheck, tone: 'text-muted' },
  'not-reviewed': { icon: CircleDashed, tone: 'text-unknown' },
  pending: { icon: Hourglass, tone: 'text-info' },
  failed: { icon: CircleX, tone: 'text-denied' },
  removed: { icon: CircleCheck, tone: 'text-allowed' },
  replaced: { icon: CircleCheck, tone: 'text-allowed' },
  gone: { icon: CircleCheck, tone: 'text-muted' },
  changed: { icon: CircleAlert, tone: 'text-unknown' },
  'given-up': { icon: CircleX, tone: 'text-unknown' },
} as const;
export type Outcome = keyof typeof outcomeLooks;

export function OutcomeText({ row }: { readonly row: ReviewRow }): ReactNode {
  const { t } = useTranslation();
  const { outcome, failure, verifiedAt } = row;
  if (outcome === null) return null;
  const { icon: Icon, tone } = outcomeLooks[outcome];
  return (
    <span className="block max-w-72">
      <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${tone}`}>
        <Icon aria-hidden="true" className="size-4 shrink-0" />
        {t(`reviews.outcome.${outcome}`)}
      </span>
      {failure !== null && (outcome === 'failed' || outcome === 'given-up') && (
        <span className="block text-sm text-muted">{failureText(failure, t)}</span>
      )}
      {verifiedAt !== null && (
        <span className="block text-sm text-muted">
          {t('reviews.verified')} <RelativeTime at={verifiedAt} />
        </span>
      )}
    </span>
  );
}

/** "7 of 24 decided", with a bar. */
export function DecidedProgress(props: { readonly decided: number; readonly rows: number }): ReactNode {
  const { decided, rows } = props;
  const { t } = useTranslation();
  const text = t('reviews.progress', { decided, rows });
  return (
    <span className="block min-w-36">
      <span className="block text-sm tabular-nums">{text}</span>
      <progress aria-label={text} max={Math.max(rows, 1)} value={decided} className="progress mt-1" />
    </span>
  );
}
