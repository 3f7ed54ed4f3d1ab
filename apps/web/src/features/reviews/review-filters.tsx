import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { FilterChip, FilterChips } from '../../ui/chips.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { maxSearchLength, rowFlags, type ReviewFilter, type RowState } from './filters.ts';
import type { Review } from './review.ts';

const route = getRouteApi('/console/reviews/$reviewId');

export function ReviewFilters(props: { readonly review: Review; readonly filter: ReviewFilter }): ReactNode {
  const { review, filter } = props;
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const { counts, rows, decided, assigned } = review;
  const { outcomes } = counts;
  const ofStatus: readonly (readonly [RowState, number | null])[] =
    review.status === 'open'
      ? [
          ['mine', assigned],
          ['none', rows - decided],
        ]
      : review.status === 'applying'
        ? [
            ['pending', outcomes.pending ?? 0],
            ['failed', outcomes.failed ?? 0],
            ['changed', outcomes.changed ?? 0],
          ]
        : [['none', rows - decided]];
  const shown = [
    ...ofStatus,
    ['keep', counts.keep] as const,
    ['remove', counts.remove] as const,
    ['change', counts.change] as const,
  ].filter(([state, count]) => count !== 0 || filter.state === state);
  // The numbers are those of the review, so a chip has one only if no other filter applies as well.
  const has = (one: 'state' | 'flag' | 'search'): boolean => filter[one] !== undefined;
  const flags = rowFlags.filter((flag) => (counts.flags[flag] ?? 0) > 0 || filter.flag === flag);
  return (
    <div className="print:hidden">
      <SearchField
        search={filter.search ?? ''}
        label={t('reviews.search')}
        hint={t('reviews.searchHint')}
        maxLength={maxSearchLength}
        onSearch={(search) =>
          void navigate({ search: (before) => ({ ...before, search: search || undefined }), replace: true })
        }
      />
      <FilterChips label={t('reviews.filter')}>
        <Chip
          label={t('reviews.show.all')}
          count={has('search') ? null : rows}
          changes={{ state: undefined, flag: undefined }}
          isChosen={filter.state === undefined && filter.flag === undefined}
        />
        {shown.map(([state, count]) => (
          <Chip
            key={state}
            label={t(`reviews.show.${state}`)}
            count={has('flag') || has('search') ? null : count}
            changes={{ state: filter.state === state ? undefined : state }}
            isChosen={filter.state === state}
          />
        ))}
        {flags.map((flag) => (
          <Chip
            key={flag}
            label={t(`reviews.flag.${flag}`)}
            count={has('state') || has('search') ? null : (counts.flags[flag] ?? 0)}
            changes={{ flag: filter.flag === flag ? undefined : flag }}
            isChosen={filter.flag === flag}
          />
        ))}
      </FilterChips>
      <FilterChips label={t('reviews.group')}>
        {(['user', 'role'] as const).map((by) => (
          <Chip
            key={by}
            label={t(`reviews.groupBy.${by}`)}
            count={null}
            changes={{ by: by === 'user' ? undefined : by }}
            isChosen={(filter.by ?? 'user') === by}
          />
        ))}
      </FilterChips>
    </div>
  );
}

function Chip(props: {
  readonly label: string;
  readonly count: number | null;
  /** Merged into the filter in the URL. */
  readonly changes: Partial<ReviewFilter>;
  readonly isChosen: boolean;
}): ReactNode {
  const { changes, ...chip } = props;
  return (
    <FilterChip to="." search={(before: ReviewFilter) => ({ ...before, ...changes })} replace {...chip} />
  );
}
