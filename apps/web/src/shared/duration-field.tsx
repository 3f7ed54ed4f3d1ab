import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { canChangeAccess } from '../policy.ts';
import { secondsOf, secondsUntilEndOf } from '../ui/format-time.ts';
import { DayField } from '../ui/day-field.tsx';
import { RadioChips } from '../ui/chips.tsx';

/** The choices for the duration of a role, in the order of the form. `good` is permanent. */
export const durationChoices = ['day', 'week', 'date', 'good'] as const;
type DurationChoice = (typeof durationChoices)[number];

export interface ChosenDuration {
  readonly choice: DurationChoice;
  readonly day: string;
}

/** The initial duration of a role: a week if it can change others' access, otherwise permanent. */
export function suggestedDuration(role: string): ChosenDuration {
  return { choice: canChangeAccess(role) ? 'week' : 'good', day: '' };
}

/** The maximum duration of a role, in seconds. */
export const maxDuration = 366 * secondsOf.day;

export function DurationField(props: {
  readonly value: ChosenDuration;
  readonly onChange: (value: ChosenDuration) => void;
  readonly forGood?: boolean;
  readonly maxSeconds?: number;
  readonly invalid: boolean;
}): ReactNode {
  const { value, onChange, forGood = true, maxSeconds = maxDuration, invalid } = props;
  const { t } = useTranslation();
  const choices = durationChoices
    .filter((choice) => (choice === 'good' ? forGood : choice === 'date' || secondsOf[choice] <= maxSeconds))
    .map((choice) => ({ value: choice, label: t(`duration.${choice}`) }));
  return (
    <RadioChips
      label={t('duration.label')}
      choices={choices}
      value={value.choice}
      onChange={(choice) => onChange({ ...value, choice })}
    >
      {value.choice === 'date' && (
        <div className="mt-2">
          <DayField
            label={t('duration.lastDay')}
            value={value.day}
            onChange={(day) => onChange({ ...value, day })}
            maxSeconds={maxSeconds}
            problem={invalid ? t('duration.invalid') : null}
          />
        </div>
      )}
    </RadioChips>
  );
}

/** The chosen duration in seconds; `null` for a permanent role, `undefined` for an invalid date. */
export function secondsFrom(
  { choice, day }: ChosenDuration,
  max: number = maxDuration,
): number | null | undefined {
  if (choice === 'good') return null;
  if (choice !== 'date') return secondsOf[choice];
  const seconds = secondsUntilEndOf(day, new Date());
  return seconds !== undefined && seconds >= 60 && seconds <= max ? seconds : undefined;
}
