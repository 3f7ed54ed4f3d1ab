import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { filterChip, filterChipChosen } from './filter-chip-style.ts';

/** A `<select>` in the style of a filter chip, for when there are too many choices for one chip each. */
export function ChipSelect(props: {
  readonly label: string;
  /** The name of no choice. */
  readonly any: string;
  readonly value: string | undefined;
  readonly choices: readonly string[];
  readonly nameOf: (choice: string) => string;
  readonly onChange: (value: string | undefined) => void;
}): ReactNode {
  const { label, any, value = '', choices, nameOf, onChange } = props;
  // One that is in the address only, from a newer console for instance, is a choice too.
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
