import type { Translate } from '../../i18n/translate.ts';
import { CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';
import { ChangeLine } from './change-line.tsx';
import { NamedId } from './subject-name.tsx';
import type { Delivery } from './sync-status.ts';
import type { TimelineStep } from '../../ui/timeline.tsx';

/** The maximum number of subjects with their own step; a delivery may have two hundred. */
const shown = 5;

type Subject = Delivery['subjects'][number];

/**
 * One step for each applied subject, in chronological order. When there are many, the rest are in one collapsed step.
 */
export function appliedSteps({ subjects, names }: Delivery, t: Translate): TimelineStep[] {
  const showSubject = subjects.length > 1;
  const applied = subjects
    .filter(({ settledAt }) => settledAt !== null)
    .toSorted((a, b) => (a.settledAt ?? '').localeCompare(b.settledAt ?? ''));
  const more = applied.slice(shown);
  const step = { icon: CircleCheck, tone: 'text-allowed', title: t('sync.delivery.applied') };
  return [
    ...applied.slice(0, shown).map((subject) => ({
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

/** The changes for a subject, and its name when the delivery has several. */
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
