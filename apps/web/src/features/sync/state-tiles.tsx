import { Link } from '@tanstack/react-router';
import type { Translate } from '../../i18n/translate.ts';
import {
  CircleCheck,
  CirclePause,
  CirclePlay,
  CloudAlert,
  Clock3,
  GitCompareArrows,
  MailWarning,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RelativeTime, ShortTime } from '../../ui/time.tsx';
import { failureText } from './failure-text.tsx';
import type { Drift as Found, SyncStatus } from './sync-status.ts';

const states: Readonly<Record<SyncStatus['state'], { readonly icon: LucideIcon; readonly tone: string }>> = {
  running: { icon: CirclePlay, tone: 'text-allowed' },
  paused: { icon: CirclePause, tone: 'text-unknown' },
  delayed: { icon: Clock3, tone: 'text-unknown' },
  failing: { icon: CloudAlert, tone: 'text-unknown' },
};

export function StateTiles(props: {
  readonly status: SyncStatus | undefined;
  /** `undefined` while loading, `null` when nothing was compared yet. */
  readonly drift: Found | null | undefined;
  /** Whether the data cannot be updated, so that the state is unknown. */
  readonly stale: boolean;
}): ReactNode {
  const { status, drift, stale } = props;
  const { t } = useTranslation();
  const { pending = 0, failed = 0 } = status?.deliveries ?? {};
  const oldest = status?.oldestPendingAt ?? null;
  const ready = status !== undefined;
  return (
    <section aria-label={t('sync.facts')} aria-busy={!ready}>
      <dl className="mb-6 grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line lg:grid-cols-4">
        <Tile
          label={t('sync.state')}
          {...states[stale ? 'failing' : (status?.state ?? 'running')]}
          value={ready && t(stale ? 'sync.unknown' : `sync.states.${status.state}`)}
          note={ready && (stale ? t('sync.staleWhy') : stateNote(status, t))}
        />
        <Tile
          label={t('sync.waiting')}
          icon={Clock3}
          tone={stale ? 'text-unknown' : pending > 0 ? 'text-info' : 'text-muted'}
          value={ready && (pending > 0 ? <CountLink status="pending" count={pending} /> : '0')}
          note={oldest === null ? t('sync.nothingWaits') : <Since at={oldest} />}
        />
        <Tile
          label={t('sync.deadLetters')}
          icon={failed > 0 ? MailWarning : CircleCheck}
          tone={stale ? 'text-unknown' : failed > 0 ? 'text-denied' : 'text-allowed'}
          value={ready && (failed > 0 ? <CountLink status="failed" count={failed} /> : '0')}
          note={failed > 0 ? t('sync.deadWhy') : t('sync.noDead')}
        />
        <Drift drift={drift} comparing={status?.mode !== 'payloads'} stale={stale} />
      </dl>
    </section>
  );
}

function stateNote({ state, delayed }: SyncStatus, t: Translate): string {
  if (state !== 'failing' && state !== 'delayed') return t(`sync.stateWhy.${state}`);
  if (delayed === null) return t('sync.stateWhy.undelivered');
  const { count, failure } = delayed;
  const retried = t('sync.stateWhy.delayed', { count });
  return failure === null ? retried : `${failureText(failure.code, t).why}. ${retried}`;
}

function CountLink(props: { readonly status: 'pending' | 'failed'; readonly count: number }): ReactNode {
  const { status, count } = props;
  const { i18n } = useTranslation();
  return (
    <Link
      to="/sync"
      search={{ status }}
      className="underline underline-offset-4 after:absolute after:inset-0 hover:after:bg-ink/4"
    >
      {i18n.number(count)}
    </Link>
  );
}

function Since({ at }: { readonly at: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {t('sync.oldest')} <RelativeTime at={at} />
    </>
  );
}

/** Shows the remaining differences, not those found: a run corrects what it finds, a dry or refused run does not. */
function Drift(props: {
  readonly drift: Found | null | undefined;
  readonly comparing: boolean;
  readonly stale: boolean;
}): ReactNode {
  const { drift, comparing, stale } = props;
  const { t } = useTranslation();
  const label = t('sync.drift');
  const shape = { label, icon: GitCompareArrows, tone: 'text-muted' };
  if (drift === undefined) return <Tile {...shape} value={false} note="" />;
  if (drift === null)
    return <Tile {...shape} value="–" note={comparing ? t('sync.neverCompared') : t('sync.cannotCompare')} />;
  const { open, unknownSince } = drift;
  const found = open === 0 ? t('sync.inStep') : t('sync.driftFound', { count: open });
  const when = <RelativeTime at={drift.finishedAt ?? drift.createdAt} />;
  if (unknownSince !== null || stale) {
    return (
      <Tile
        {...shape}
        tone="text-unknown"
        value={t('sync.unknown')}
        note={
          <>
            {unknownSince !== null && (
              <>
                {t('sync.driftUnknownSince')} <ShortTime at={unknownSince} />.
              </>
            )}{' '}
            {t('sync.lastCompared')} {when}: {found}
          </>
        }
      />
    );
  }
  return (
    <Tile
      {...shape}
      tone={open > 0 ? 'text-unknown' : 'text-allowed'}
      value={found}
      note={
        <>
          {driftNote(drift, t)}, {when}
        </>
      }
    />
  );
}

function driftNote({ status, open, corrected, dryRun, reason }: Found, t: Translate): string {
  if (status === 'refused') return t('sync.run.refused');
  if (dryRun && open > 0) return t('sync.notCorrected');
  const notes = [
    open > 0 && t('sync.partly'),
    corrected > 0 && t('sync.corrected', { count: corrected }),
    t(`sync.run.reason.${reason}`),
  ];
  return notes.filter((note) => note !== false).join(' · ');
}

function Tile(props: {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly tone: string;
  readonly value: ReactNode;
  readonly note: ReactNode;
}): ReactNode {
  const { label, icon: Icon, tone, value, note } = props;
  return (
    <div className="relative flex flex-col bg-surface px-4 py-3">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="mt-0.5">
        {value === false ? (
          <>
            <span className="flex h-7 items-center">
              <span className="skeleton h-6 w-20" />
            </span>
            <span className="mt-0.5 block min-h-10 py-0.5">
              <span className="skeleton block h-4 w-28" />
            </span>
          </>
        ) : (
          <>
            <span className="flex min-h-7 items-center gap-2 text-lg font-semibold tabular-nums">
              <Icon aria-hidden="true" className={`size-4 shrink-0 ${tone}`} />
              <span className="min-w-0">{value}</span>
            </span>
            <span className="mt-0.5 block min-h-10 text-sm text-muted">{note}</span>
          </>
        )}
      </dd>
    </div>
  );
}
