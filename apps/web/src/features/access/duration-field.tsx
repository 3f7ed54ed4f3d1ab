import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dateInDays, type DurationChoice } from '../../components/duration.ts';

export interface ChosenDuration {
  readonly choice: DurationChoice;
  /** For `date`. */
  readonly day: string;
}

/** For how long. `maxDays` is the furthest date. */
export function DurationField(props: {
  readonly value: ChosenDuration;
  readonly onChange: (value: ChosenDuration) => void;
  readonly forGood: boolean;
  readonly maxDays: number;
  readonly invalid: boolean;
}): ReactNode {
  const { value, onChange, forGood, maxDays, invalid } = props;
  const { t } = useTranslation();
  const id = useId();
  const [now] = useState(() => new Date());
  const choices: readonly DurationChoice[] = ['day', 'week', 'date', ...(forGood ? (['good'] as const) : [])];
  return (
    <fieldset>
      <legend className="font-medium">{t('access.request.howLong')}</legend>
      <div className="mt-1.5 flex flex-wrap gap-2">
        {choices.map((choice) => (
          <label
            key={choice}
            className="inline-flex h-9 cursor-pointer items-center gap-2 rounded-control border border-line-strong bg-surface px-3 has-checked:border-brass-line has-checked:bg-brass-wash has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-brass-line pointer-coarse:h-11"
          >
            <input
              type="radio"
              name={id}
              checked={value.choice === choice}
              onChange={() => onChange({ ...value, choice })}
              className="size-4"
            />
            {t(`access.request.duration.${choice}`)}
          </label>
        ))}
      </div>
      {value.choice === 'date' && (
        <div className="mt-2">
          <label htmlFor={`${id}-day`} className="sr-only">
            {t('access.request.day')}
          </label>
          <input
            id={`${id}-day`}
            type="date"
            value={value.day}
            min={dateInDays(0, now)}
            max={dateInDays(maxDays, now)}
            aria-invalid={invalid}
            aria-describedby={invalid ? `${id}-problem` : undefined}
            onChange={(event) => onChange({ ...value, day: event.target.value })}
            className="h-10 rounded-control border border-line-strong bg-surface px-3 aria-invalid:border-denied pointer-coarse:h-11"
          />
          {invalid && (
            <p id={`${id}-problem`} role="alert" className="mt-1 text-sm text-denied">
              {t('access.request.dayInvalid')}
            </p>
          )}
        </div>
      )}
    </fieldset>
  );
}
