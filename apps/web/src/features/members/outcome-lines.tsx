import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { nameOf, Person } from '../../shared/person.tsx';
import type { Progress } from './bulk.ts';

interface ListedPerson {
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
}

/** Shows the email address, because two people can have the same name. */
export function PersonItem(props: {
  readonly person: ListedPerson;
  readonly children: ReactNode;
}): ReactNode {
  const { person, children } = props;
  return (
    <li className="px-4 py-2.5" aria-label={nameOf(person)}>
      <Person person={{ ...person, key: person.subject }} detailed />
      <div className="pl-10">{children}</div>
    </li>
  );
}

export function CallProgress({ progress }: { readonly progress: Progress | null }): ReactNode {
  const { t } = useTranslation();
  if (progress === null) return null;
  const text = t('members.bulk.progress', { ...progress });
  return (
    <div>
      <output className="text-muted tabular-nums">{text}</output>
      <progress aria-label={text} max={progress.count} value={progress.done} className="progress mt-2" />
    </div>
  );
}

export function OutcomeList<Outcome extends { readonly subject: string }>(props: {
  readonly people: readonly ListedPerson[];
  readonly outcomes: readonly Outcome[];
  readonly lineOf: (outcome: Outcome) => ReactNode;
  /** Of a retry or an undo; `null` if none is running. */
  readonly progress: Progress | null;
  readonly onDone: () => void;
  readonly onRetry: (() => void) | undefined;
  readonly onUndo: (() => void) | undefined;
}): ReactNode {
  const { people, outcomes, lineOf, progress, onDone, onRetry, onUndo } = props;
  const { t } = useTranslation();
  const isBusy = progress !== null;
  const known = new Map(people.map((one) => [one.subject, one]));
  return (
    <div className="flex flex-col gap-5">
      <ul
        aria-label={t('members.removal.outcome')}
        className="divide-y divide-line rounded-card border border-line bg-surface"
      >
        {outcomes.map((outcome) => {
          const { subject } = outcome;
          return (
            <PersonItem key={subject} person={known.get(subject) ?? { subject, name: null, email: null }}>
              {lineOf(outcome)}
            </PersonItem>
          );
        })}
      </ul>
      <CallProgress progress={progress} />
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" disabled={isBusy} onClick={onDone}>
          {t('members.removal.finish')}
        </Button>
        {onRetry !== undefined && (
          <Button disabled={isBusy} onClick={onRetry}>
            {t('error.retry')}
          </Button>
        )}
        {onUndo !== undefined && (
          <Button disabled={isBusy} onClick={onUndo}>
            {t('undo')}
          </Button>
        )}
      </div>
    </div>
  );
}
