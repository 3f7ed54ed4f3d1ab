import { createLink } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type ComponentPropsWithRef, type ReactNode, useId } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

interface ChipProps extends Omit<ComponentPropsWithRef<'a'>, 'children' | 'className'> {
  readonly label: string;
  /** `undefined` while loading; `null` when there is no count. */
  readonly count: number | null | undefined;
  readonly isChosen: boolean;
}

function Chip({ label, count, isChosen, ...link }: ChipProps): ReactNode {
  const { i18n } = useTranslation();
  return (
    <li>
      <a {...link} aria-current={isChosen ? 'page' : undefined} className={filterChip}>
        {label}
        {count !== null && (
          <>
            {' '}
            {/* Reserves space until the count is loaded. */}
            <span className="min-w-3 text-right tabular-nums">
              {count !== undefined && i18n.number(count)}
            </span>
          </>
        )}
      </a>
    </li>
  );
}

/** An item of `FilterChips`. */
export const FilterChip = createLink(Chip);

export function FilterChips(props: {
  readonly label: string;
  /** Within a row that also has other filters. */
  readonly inRow?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const { label, inRow = false, children } = props;
  return (
    <nav aria-label={label} className={inRow ? 'contents' : 'mb-4 print:hidden'}>
      <ul className={inRow ? 'contents' : chipRow}>{children}</ul>
    </nav>
  );
}

function Removable({ children, removeLabel, ...link }: RemovableProps): ReactNode {
  return (
    <a {...link} aria-current={undefined} className={`${filterChip} max-w-full ${filterChipChosen}`}>
      {children}
      <X aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="sr-only">{removeLabel}</span>
    </a>
  );
}

interface RemovableProps extends Omit<ComponentPropsWithRef<'a'>, 'className'> {
  readonly removeLabel: string;
}

export const RemovableChip = createLink(Removable);

/**
 * Scrolls sideways on a phone, with room for the focus ring. It starts with the removable chips there, or else at the
 * active chip.
 */
export const chipRow =
  'relative flex flex-wrap items-center gap-2 max-sm:-mx-4 max-sm:-my-1 max-sm:scroll-px-4 max-sm:flex-nowrap max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 max-sm:whitespace-nowrap ' +
  'max-sm:[&>a]:-order-1 max-sm:not-has-[>a]:[&_[aria-current=page]]:[scroll-initial-target:nearest]';

/** A chip is a link, so the filter is in the URL, can be shared, and works with the back button. */
export const filterChip =
  'inline-flex h-8 items-center pointer-coarse:h-11 gap-1.5 rounded-full border border-line px-3 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-ink ' +
  'aria-[current=page]:border-brass-line aria-[current=page]:bg-brass-wash aria-[current=page]:text-ink';

/** An additional class for an active chip that does not link to itself. */
export const filterChipChosen = 'border-brass-line! bg-brass-wash! text-ink!';

export function RadioChips<Value extends string | number>(props: {
  readonly label: string;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly children?: ReactNode;
}): ReactNode {
  const { label, choices, value, onChange, children } = props;
  const name = useId();
  return (
    <fieldset>
      <legend className="font-medium">{label}</legend>
      <div className="mt-1.5 flex flex-wrap gap-2">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="inline-flex h-9 cursor-pointer items-center gap-2 rounded-control border border-line-strong bg-surface px-3 has-checked:border-brass-line has-checked:bg-brass-wash has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-brass-line pointer-coarse:h-11"
          >
            <input
              type="radio"
              name={name}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="size-4"
            />
            {choice.label}
          </label>
        ))}
      </div>
      {children}
    </fieldset>
  );
}
