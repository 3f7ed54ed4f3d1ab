import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { formatDuration, secondsOf } from '../../components/duration.ts';
import { useTypedText } from '../../components/use-typed-text.ts';
import type { Decide } from './use-decide.ts';

/** Seconds that a decision can shorten a request to. */
const shorter = [3_600, secondsOf.day, secondsOf.week, 30 * secondsOf.day];
const longestNote = 1_000;

/** What is unfolded below the buttons. */
export type DecisionStep = 'shorten' | 'refuse' | null;

/** Approve is one press; to shorten and to refuse takes one more. */
export function DecisionButtons(props: {
  /** Of the request, in seconds; `null` is for good. */
  readonly duration: number | null;
  readonly decide: Decide;
  readonly step: DecisionStep;
  readonly onStep: (step: DecisionStep) => void;
  /** For screen readers: whose request it is. */
  readonly describedBy: string;
}): ReactNode {
  const { duration, decide, step, onStep, describedBy } = props;
  const { t, i18n } = useTranslation();
  const choices = shorter.filter((seconds) => duration === null || seconds < duration);
  const toggle = (next: 'shorten' | 'refuse') => ({
    'aria-expanded': step === next,
    'aria-describedby': describedBy,
    disabled: decide.isPending,
    onClick: () => onStep(step === next ? null : next),
  });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          aria-keyshortcuts="a"
          aria-describedby={describedBy}
          disabled={decide.isPending}
          onClick={() => decide.approve()}
        >
          {t('requests.approve')}
        </Button>
        {choices.length > 0 && <Button {...toggle('shorten')}>{t('requests.shorten')}</Button>}
        <Button aria-keyshortcuts="r" {...toggle('refuse')}>
          {t('requests.refuse')}
        </Button>
      </div>
      {step === 'shorten' && (
        <fieldset>
          <legend className="text-sm text-muted">{t('requests.shortenHow')}</legend>
          <div className="mt-1.5 flex flex-wrap gap-2">
            {choices.map((seconds) => (
              <Button key={seconds} disabled={decide.isPending} onClick={() => decide.approve(seconds)}>
                {t('requests.approveFor', { duration: formatDuration(seconds, i18n.language) })}
              </Button>
            ))}
          </div>
        </fieldset>
      )}
      {step === 'refuse' && <RefuseForm decide={decide} onCancel={() => onStep(null)} />}
      {decide.obstacle !== null && (
        <p role="alert" className="text-denied">
          {t(`requests.obstacle.${decide.obstacle}`)}
        </p>
      )}
    </div>
  );
}

function RefuseForm({
  decide,
  onCancel,
}: {
  readonly decide: Decide;
  readonly onCancel: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const [note, setNote] = useTypedText(`note:${decide.id}`);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        decide.refuse(note);
      }}
    >
      <label htmlFor={id} className="font-medium">
        {t('requests.note')}
      </label>
      <textarea
        ref={(field) => field?.focus()}
        id={id}
        rows={1}
        maxLength={longestNote}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        aria-describedby={`${id}-hint`}
        className="mt-1.5 field-sizing-content block max-h-24 min-h-10 w-full max-w-xl resize-none rounded-control border border-line-strong bg-surface px-3 py-2"
      />
      <p id={`${id}-hint`} className="mt-1 text-sm text-muted">
        {t('requests.noteHint')}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button type="submit" variant="danger" disabled={decide.isPending}>
          {t('requests.refuseRequest')}
        </Button>
        <Button variant="quiet" onClick={onCancel}>
          {t('requests.cancel')}
        </Button>
      </div>
    </form>
  );
}
