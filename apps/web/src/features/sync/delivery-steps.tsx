import { CircleCheck, CircleX, History } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Translate } from '../../i18n/translate.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';
import { ExactTime } from '../../ui/time.tsx';
import type { TimelineStep } from '../../ui/timeline.tsx';
import { ChangeLine } from './change-line.tsx';
import { FailureDetail, failureText } from './failure-text.tsx';
import { NamedId } from './subject-name.tsx';
import type { Delivery, FailedAttempt } from './sync-status.ts';

/** Attempts shown in full; the others are in a collapsed list. */
const fullAttempts = 3;

/** The maximum number of failed attempts that the server stores for a delivery. */
const keptByServer = 20;

/** Only the last failed attempt of each subject is shown in full: earlier ones usually have the same error. */
export function attemptSteps(delivery: Delivery, t: Translate): TimelineStep[] {
  const { failedAttempts } = delivery;
  const last = new Map(failedAttempts.toReversed().map((attempt) => [attempt.subject, attempt]));
  const newest = failedAttempts
    .filter((attempt) => last.get(attempt.subject) === attempt)
    .slice(0, fullAttempts);
  const earlier = failedAttempts.filter((attempt) => !newest.includes(attempt));
  return [
    ...(earlier.length === 0
      ? []
      : [
          {
            key: 'earlier',
            icon: History,
            tone: 'text-muted',
            title: t('sync.delivery.earlier', { count: earlier.length }),
            at: earlier.at(-1)?.failedAt ?? null,
            children: <Earlier delivery={delivery} attempts={earlier.toReversed()} />,
          },
        ]),
    ...newest.toReversed().map((attempt) => ({
      key: `failed ${attempt.subject} ${attempt.failedAt}`,
      icon: CircleX,
      tone: 'text-denied',
      title: failureText(attempt.code, t).why,
      at: attempt.failedAt,
      children: <Facts delivery={delivery} attempt={attempt} />,
    })),
  ];
}

function Earlier(props: {
  readonly delivery: Delivery;
  readonly attempts: readonly FailedAttempt[];
}): ReactNode {
  const { delivery, attempts } = props;
  const { t } = useTranslation();
  return (
    <>
      {delivery.failedAttempts.length >= keptByServer && (
        <p>{t('sync.delivery.onlyNewest', { count: keptByServer })}</p>
      )}
      <details>
        <summary className={textAction}>{t('sync.delivery.show')}</summary>
        <ol className="mt-1 divide-y divide-line">
          {attempts.map((attempt) => (
            <li key={`${attempt.subject} ${attempt.failedAt}`} className="py-2 text-sm">
              <p className="flex flex-wrap justify-between gap-x-4">
                <span className="text-ink">{failureText(attempt.code, t).why}</span>
                <span className="tabular-nums">
                  <ExactTime at={attempt.failedAt} seconds />
                </span>
              </p>
              <Facts delivery={delivery} attempt={attempt} />
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

function Facts(props: { readonly delivery: Delivery; readonly attempt: FailedAttempt }): ReactNode {
  const { names, subjects } = props.delivery;
  const { status, subject, detail } = props.attempt;
  const { t } = useTranslation();
  const answered = status === null ? [] : [t('sync.delivery.answered', { status })];
  const facts = subjects.length > 1 ? [...answered, names[subject] ?? subject] : answered;
  return (
    <>
      {facts.length > 0 && <p className="text-sm break-all">{facts.join(' · ')}</p>}
      <FailureDetail text={detail} />
    </>
  );
}

/** The maximum number of subjects with their own step; a delivery may have two hundred. */
const separateSubjects = 5;

type Subject = Delivery['subjects'][number];

/** One step for each applied subject, in chronological order. Collapses all but the first few. */
export function appliedSteps(delivery: Delivery, t: Translate): TimelineStep[] {
  const applied = delivery.subjects
    .filter(({ settledAt }) => settledAt !== null)
    .toSorted((a, b) => (a.settledAt ?? '').localeCompare(b.settledAt ?? ''));
  const more = applied.slice(separateSubjects);
  const step = { icon: CircleCheck, tone: 'text-allowed', title: t('sync.status.applied') };
  return [
    ...applied.slice(0, separateSubjects).map((subject) => ({
      ...step,
      key: `applied ${subject.subject}`,
      at: subject.settledAt,
      children: <Outcome delivery={delivery} subject={subject} />,
    })),
    ...(more.length === 0
      ? []
      : [
          {
            ...step,
            key: 'applied more',
            at: more.at(-1)?.settledAt ?? null,
            children: <More delivery={delivery} subjects={more} />,
          },
        ]),
  ];
}

function More(props: { readonly delivery: Delivery; readonly subjects: readonly Subject[] }): ReactNode {
  const { delivery, subjects } = props;
  const { t } = useTranslation();
  return (
    <details>
      <summary className={textAction}>{t('sync.moreSubjects', { count: subjects.length })}</summary>
      <ul className="mt-1 divide-y divide-line">
        {subjects.map((subject) => (
          <li key={subject.subject} className="flex flex-col gap-1 py-2">
            <Outcome delivery={delivery} subject={subject} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Outcome(props: { readonly delivery: Delivery; readonly subject: Subject }): ReactNode {
  const { names, subjects } = props.delivery;
  const { subject, changes } = props.subject;
  const { t } = useTranslation();
  return (
    <>
      {subjects.length > 1 && <NamedId id={subject} name={names[subject]} />}
      {subject === 'directory' ? (
        <p>{t('sync.delivery.swept')}</p>
      ) : changes === null || changes.length === 0 ? (
        <p>{t('sync.delivery.noChange')}</p>
      ) : (
        <ul className="flex flex-col gap-1.5 text-ink">
          {changes.map((line) => (
            <li key={line}>
              <ChangeLine line={line} names={names} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
