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
export function attemptSteps({ failedAttempts, subjects, names }: Delivery, t: Translate): TimelineStep[] {
  const showSubject = subjects.length > 1;
  const last = new Map(failedAttempts.toReversed().map((attempt) => [attempt.subject, attempt]));
  const newest = failedAttempts
    .filter((attempt) => last.get(attempt.subject) === attempt)
    .slice(0, fullAttempts);
  const earlier = failedAttempts.filter((attempt) => !newest.includes(attempt));
  return [
    ...(earlier.length === 0
      ? []
      : [
          earlierStep(
            {
              attempts: earlier.toReversed(),
              names,
              showSubject,
              mayBeCut: failedAttempts.length >= keptByServer,
            },
            t,
          ),
        ]),
    ...newest.toReversed().map((attempt) => ({
      key: `failed ${attempt.subject} ${attempt.failedAt}`,
      icon: CircleX,
      tone: 'text-denied',
      title: failureText(attempt.code, t).why,
      at: attempt.failedAt,
      children: (
        <>
          <Facts attempt={attempt} names={names} showSubject={showSubject} />
          <FailureDetail text={attempt.detail} />
        </>
      ),
    })),
  ];
}

interface EarlierAttempts {
  readonly attempts: readonly FailedAttempt[];
  readonly names: Delivery['names'];
  readonly showSubject: boolean;
  /** Whether the server may have dropped older attempts. */
  readonly mayBeCut: boolean;
}

function earlierStep(earlier: EarlierAttempts, t: Translate): TimelineStep {
  const { attempts } = earlier;
  return {
    key: 'earlier',
    icon: History,
    tone: 'text-muted',
    title: t('sync.delivery.earlier', { count: attempts.length }),
    at: attempts[0]?.failedAt ?? null,
    children: <Earlier {...earlier} />,
  };
}

function Earlier({ attempts, names, showSubject, mayBeCut }: EarlierAttempts): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {mayBeCut && <p>{t('sync.delivery.onlyNewest', { count: keptByServer })}</p>}
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
              <Facts attempt={attempt} names={names} showSubject={showSubject} />
              <FailureDetail text={attempt.detail} />
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

function Facts(props: {
  readonly attempt: FailedAttempt;
  readonly names: Delivery['names'];
  readonly showSubject: boolean;
}): ReactNode {
  const {
    attempt: { status, subject },
    names,
    showSubject,
  } = props;
  const { t } = useTranslation();
  const answered = status === null ? null : t('sync.delivery.answered', { status });
  const facts = [answered, showSubject ? (names[subject] ?? subject) : null].filter((fact) => fact !== null);
  return facts.length > 0 && <p className="text-sm break-all">{facts.join(' · ')}</p>;
}

/** The maximum number of subjects with their own step; a delivery may have two hundred. */
const separateSubjects = 5;

type Subject = Delivery['subjects'][number];

/** One step for each applied subject, in chronological order. Collapses all but the first few. */
export function appliedSteps({ subjects, names }: Delivery, t: Translate): TimelineStep[] {
  const showSubject = subjects.length > 1;
  const applied = subjects
    .filter(({ settledAt }) => settledAt !== null)
    .toSorted((a, b) => (a.settledAt ?? '').localeCompare(b.settledAt ?? ''));
  const more = applied.slice(separateSubjects);
  const step = { icon: CircleCheck, tone: 'text-allowed', title: t('sync.delivery.applied') };
  return [
    ...applied.slice(0, separateSubjects).map((subject) => ({
      ...step,
      key: `applied ${subject.subject}`,
      at: subject.settledAt,
      children: <Outcome subject={subject} names={names} showSubject={showSubject} />,
    })),
    ...(more.length === 0
      ? []
      : [
          {
            ...step,
            key: 'applied more',
            at: more.at(-1)?.settledAt ?? null,
            children: <More subjects={more} names={names} />,
          },
        ]),
  ];
}

function More(props: {
  readonly subjects: readonly Subject[];
  readonly names: Delivery['names'];
}): ReactNode {
  const { subjects, names } = props;
  const { t } = useTranslation();
  return (
    <details>
      <summary className={textAction}>{t('sync.moreSubjects', { count: subjects.length })}</summary>
      <ul className="mt-1 divide-y divide-line">
        {subjects.map((subject) => (
          <li key={subject.subject} className="flex flex-col gap-1 py-2">
            <Outcome subject={subject} names={names} showSubject />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Outcome(props: {
  readonly subject: Subject;
  readonly names: Delivery['names'];
  readonly showSubject: boolean;
}): ReactNode {
  const {
    subject: { subject, changes },
    names,
    showSubject,
  } = props;
  const { t } = useTranslation();
  return (
    <>
      {showSubject && <NamedId id={subject} name={names[subject]} />}
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
