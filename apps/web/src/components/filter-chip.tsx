import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { filterChip } from './filter-chip-style.ts';

interface ChipProps extends Omit<ComponentPropsWithRef<'a'>, 'children' | 'className'> {
  readonly label: string;
  /** `undefined` while loading; `null` when there is no count. */
  readonly count: number | null | undefined;
  readonly isChosen: boolean;
}

function Chip({ label, count, isChosen, ...link }: ChipProps): ReactNode {
  const { language } = useTranslation().i18n;
  return (
    <a {...link} aria-current={isChosen ? 'page' : undefined} className={filterChip}>
      {label}
      {count !== null && (
        <>
          {' '}
          {/* Reserves space until the count is loaded. */}
          <span className="min-w-3 text-right tabular-nums">
            {count !== undefined && new Intl.NumberFormat(language).format(count)}
          </span>
        </>
      )}
    </a>
  );
}

/** A link to the same list with another filter, and the number of results. */
export const FilterChip = createLink(Chip);
