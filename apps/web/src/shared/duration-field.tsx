import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { secondsOf } from '../../ui/duration.ts';
import { DayField } from '../../ui/day-field.tsx';
import { RadioChips } from '../../ui/radio-chips.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';

/** The duration of a requested role: an option of the form. */
const durationChoices = ['day', 'week', 'date', 'good'] as const;
type DurationChoice = (typeof durationChoices)[number];

export interface ChosenDuration {
  readonly choice: DurationChoice;
  /** For `date`. */
  readonly day: string;
}

/** The selected duration, stored like the text of a field: initially a week. The last function clears it. */
export function useStoredDuration(
  form: string,
): [ChosenDuration, choose: (value: ChosenDuration) => void, forget: () => void] {
  const [stored, store] = useTypedText(`duration:${form}`);
  const [choice, day = ''] = stored.split(' ');
  return [
    { choice: durationChoices.find((one) => one === choice) ?? 'week', day },
    (value) => store(`${value.choice} ${value.day}`),
    () => store(''),
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
  const choices = durationChoices
    .filter((choice) => (choice === 'good' ? forGood : choice === 'date' || secondsOf[choice] <= maxSeconds))
    .map((choice) => ({ value: choice, label: t(`access.request.duration.${choice}`) }));
  return (
    <RadioChips
      label={t('access.request.howLong')}
      choices={choices}
      value={value.choice}
      onChange={(choice) => onChange({ ...value, choice })}
    >
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
    </RadioChips>
  );
}
