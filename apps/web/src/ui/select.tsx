import { ChevronDown } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { filterChip, filterChipChosen } from './chips.tsx';

export function Select(props: ComponentProps<'select'>): ReactNode {
  return (
    <span className="relative inline-flex max-w-full min-w-0">
      <select
        {...props}
        className="h-9 max-w-full appearance-none truncate rounded-control border border-line-strong bg-paper pr-8 pl-3 font-medium pointer-coarse:h-11"
      />
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  );
}

/** A `<select>` in the style of a filter chip, for too many options to have a chip each. */
export function ChipSelect(props: {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly choices: readonly string[];
  readonly nameOf: (choice: string) => string;
  readonly onChange: (value: string | undefined) => void;
}): ReactNode {
  const { label, any, value = '', choices, nameOf, onChange } = props;
  // Adds a value that only the URL contains, for example from a newer console.
  const all = value === '' || choices.includes(value) ? choices : [...choices, value];
  return (
    <span className="relative inline-flex max-w-full shrink-0">
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
