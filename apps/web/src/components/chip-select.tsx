import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { filterChip, filterChipChosen } from './filter-chip-style.ts';

/** A `<select>` in the style of a filter chip, for too many options to have a chip each. */
export function ChipSelect(props: {
  readonly label: string;
  /** The label of the empty option. */
  readonly any: string;
  readonly value: string | undefined;
  readonly choices: readonly string[];
  readonly nameOf: (choice: string) => string;
  readonly onChange: (value: string | undefined) => void;
}): ReactNode {
  const { label, any, value = '', choices, nameOf, onChange } = props;
  // A value that only the URL contains, for example from a newer console, is an option too.
  const all = value === '' || choices.includes(value) ? choices : [...choices, value];
  return (
    <span className="relative inline-flex max-w-full">
      <select
        aria-label={label}
        value={value}
        onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
        className={`${filterChip} max-w-full field-sizing-content appearance-none bg-surface pr-8 ${value === '' ? '' : filterChipChosen}`}
      >
        <option value="">{any}</option>
        {all.map((choice) => (
          <option key={choice} value={choice}>
            {nameOf(choice)}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 right-2.5 my-auto size-4 text-muted"
      />
    </span>
  );
}
