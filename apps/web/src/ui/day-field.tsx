import { useId, useState, type ReactNode } from 'react';
import { dateInDays, lastDayWithin } from './format-time.ts';

/**
 * A field for a last day: from today to the last day that ends within `maxSeconds`. `problem` is the message for an
 * invalid date; `null` when valid.
 */
export function DayField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
  readonly maxSeconds: number;
  readonly problem: string | null;
}): ReactNode {
  const { label, value, onChange, maxSeconds, problem } = props;
  const id = useId();
  const [now] = useState(() => new Date());
  return (
    <div>
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <input
        id={id}
        type="date"
        value={value}
        min={dateInDays(0, now)}
        max={lastDayWithin(maxSeconds, now)}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onChange={(event) => onChange(event.target.value)}
        className="h-9 rounded-control border border-line-strong bg-surface px-3 aria-invalid:border-denied pointer-coarse:h-11"
      />
      {problem !== null && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm text-denied">
          {problem}
        </p>
      )}
    </div>
  );
}
