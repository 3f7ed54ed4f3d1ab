import type { TFunction } from 'i18next';
import { CircleX, History } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ExactTime } from '../pieces/when.tsx';
import { FailureDetail } from './failure-detail.tsx';
import { failureWords } from './failure-words.ts';
import type { Delivery, FailedAttempt } from './sync-types.ts';
import type { TimelineStep } from './timeline.tsx';

/** Attempts that are told in full; those before them are a list to open. */
const full = 3;

/** The server keeps so many. */
const kept = 20;

/** What went wrong so far, oldest first. */
export function attemptSteps({ failedAttempts, subjects }: Delivery, t: TFunction): TimelineStep[] {
  const naming = subjects.length > 1;
  const earlier = failedAttempts.slice(full).toReversed();
  const newest = failedAttempts.slice(0, full).toReversed();
  return [
    ...(earlier.length === 0 ? [] : [earlierStep(earlier, naming, t)]),
    ...newest.map((attempt) => ({
      key: `failed ${attempt.subject} ${attempt.failedAt}`,
      icon: CircleX,
      tone: 'text-denied',
      title: failureWords(attempt.code, t).why,
      at: attempt.failedAt,
      children: (
        <>
          <Facts attempt={attempt} naming={naming} />
          <FailureDetail text={attempt.detail} />
        </>
      ),
    })),
  ];
}

function earlierStep(attempts: readonly FailedAttempt[], naming: boolean, t: TFunction): TimelineStep {
  return {
    key: 'earlier',
    icon: History,
    tone: 'text-muted',
    title: t('sync.delivery.earlier', { count: attempts.length }),
    at: attempts[0]?.failedAt ?? null,
    children: <Earlier attempts={attempts} naming={naming} />,
  };
}

function Earlier(props: {
  readonly attempts: readonly FailedAttempt[];
  readonly naming: boolean;
}): ReactNode {
  const { attempts, naming } = props;
  const { t } = useTranslation();
  return (
    <>
      {attempts.length + full >= kept && <p>{t('sync.delivery.onlyNewest', { count: kept })}</p>}
      <details>
        <summary className="cursor-pointer text-sm underline underline-offset-4">
          {t('sync.delivery.show')}
        </summary>
        <ol className="mt-1 divide-y divide-line">
          {attempts.map((attempt) => (
            <li key={`${attempt.subject} ${attempt.failedAt}`} className="py-2 text-sm">
              <p className="flex flex-wrap justify-between gap-x-4">
                <span className="text-ink">{failureWords(attempt.code, t).why}</span>
                <span className="tabular-nums">
                  <ExactTime at={attempt.failedAt} seconds />
                </span>
              </p>
              <Facts attempt={attempt} naming={naming} />
              <FailureDetail text={attempt.detail} />
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

/** What the vendor answered, and whom it was about where a delivery speaks of several. */
function Facts({
  attempt,
  naming,
}: {
  readonly attempt: FailedAttempt;
  readonly naming: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const { status, subject } = attempt;
  const answered = status === null ? null : t('sync.delivery.answered', { status });
  const facts = [answered, naming ? subject : null].filter((fact) => fact !== null);
  return facts.length > 0 && <p className="text-sm break-all">{facts.join(' · ')}</p>;
}
