import { useId, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { DayField } from '../../components/day-field.tsx';
import { durationChoices, type DurationChoice } from '../../components/duration.ts';
import { useTypedText } from '../../components/use-typed-text.ts';

export interface ChosenDuration {
  readonly choice: DurationChoice;
  /** For `date`. */
  readonly day: string;
}

/** The selected duration, stored like the text of a field: initially a week. The last function clears it. */
export function useKeptDuration(
  form: string,
): [ChosenDuration, choose: (value: ChosenDuration) => void, forget: () => void] {
  const [kept, keep] = useTypedText(`duration:${form}`);
  const [choice, day = ''] = kept.split(' ');
  return [
    { choice: durationChoices.find((one) => one === choice) ?? 'week', day },
    (value) => keep(`${value.choice} ${value.day}`),
    () => keep(''),
  ];
}

/** A field for the duration, at most `maxSeconds`. */
export function DurationField(props: {
  readonly value: ChosenDuration;
  readonly onChange: (value: ChosenDuration) => void;
  readonly forGood: boolean;
  readonly maxSeconds: number;
  readonly invalid: boolean;
}): ReactNode {
  const { value, onChange, forGood, maxSeconds, invalid } = props;
  const { t } = useTranslation();
  const id = useId();
  const choices = durationChoices.filter((choice) => choice !== 'good' || forGood);
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
          <DayField
            label={t('access.request.day')}
            value={value.day}
            onChange={(day) => onChange({ ...value, day })}
            maxSeconds={maxSeconds}
            problem={invalid ? t('access.request.dayInvalid') : null}
          />
        </div>
      )}
    </fieldset>
  );
}
