import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { DayField } from '../../ui/day-field.tsx';
import { formatDuration, lastDayWithin, secondsOf, secondsUntilEndOf } from '../../ui/format-time.ts';
import { useFormCheck } from '../../ui/use-form-check.ts';
import type { Decide } from './use-decide.ts';

/** Seconds. */
const shorter = [3_600, secondsOf.day, secondsOf.week, 30 * secondsOf.day];
/** Seconds: the server's limit. A permanent request cannot be shortened to more. */
const maxDuration = 366 * secondsOf.day;

/** Whether a request for this many seconds can be shortened; `null` is permanent. */
export function canShorten(duration: number | null): boolean {
  return (
    choicesBelow(duration).length > 0 || lastDayWithin(duration ?? maxDuration, new Date()) !== undefined
  );
}

export function ShortenField(props: {
  readonly duration: number | null;
  readonly decide: Decide;
}): ReactNode {
  const { duration, decide } = props;
  const { t, i18n } = useTranslation();
  const maxSeconds = duration ?? maxDuration;
  const [now] = useState(() => new Date());
  const hasDay = lastDayWithin(maxSeconds, now) !== undefined;
  return (
    <fieldset>
      <legend className="text-sm text-muted">{t('requests.shortenHow')}</legend>
      <div className="mt-1.5 flex flex-wrap gap-2">
        {choicesBelow(duration).map((seconds) => (
          <Button key={seconds} disabled={decide.isPending} onClick={() => decide.approve(seconds)}>
            {t('requests.approveFor', { duration: formatDuration(seconds, i18n.language) })}
          </Button>
        ))}
      </div>
      {hasDay && <UntilDay maxSeconds={maxSeconds} decide={decide} />}
    </fieldset>
  );
}

function UntilDay({
  maxSeconds,
  decide,
}: {
  readonly maxSeconds: number;
  readonly decide: Decide;
}): ReactNode {
  const { t } = useTranslation();
  const [day, setDay] = useState('');
  const { form, isChecked, check } = useFormCheck();
  // Computed at each use, because the form can stay open for hours.
  const secondsNow = (): number | undefined => {
    const seconds = secondsUntilEndOf(day, new Date());
    return seconds !== undefined && seconds >= 60 && seconds <= maxSeconds ? seconds : undefined;
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    check();
    const seconds = secondsNow();
    if (seconds !== undefined) decide.approve(seconds);
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="mt-2 flex flex-wrap items-start gap-2">
      <DayField
        label={t('duration.lastDay')}
        value={day}
        onChange={setDay}
        maxSeconds={maxSeconds}
        problem={isChecked && secondsNow() === undefined ? t('requests.dayInvalid') : null}
      />
      <Button type="submit" disabled={decide.isPending}>
        {t('requests.approveUntil')}
      </Button>
    </form>
  );
}

function choicesBelow(duration: number | null): number[] {
  return shorter.filter((seconds) => duration === null || seconds < duration);
}
