import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useNavigate } from '@tanstack/react-router';
import { ChipSelect } from '../../ui/select.tsx';
import { FilterChip } from '../../ui/chips.tsx';
import { classifications, shareRoles, sorts, statuses, type ReportsFilter } from './filters.ts';
import type { ReportCounts } from './kinds/report-kind.tsx';

/** One chip per group can be active; selecting it again removes it. */
export function ReportFilters(props: {
  readonly filter: ReportsFilter;
  /** The number of reports for each chip, independent of the other groups. `undefined`: loading; `null`: unavailable. */
  readonly counts: ReportCounts | null | undefined;
}): ReactNode {
  const { filter, counts } = props;
  const { t } = useTranslation();
  const { status, role, classification } = filter;
  const chips = [
    {
      search: { status: undefined, role: undefined, classification: undefined },
      label: t('reports.all'),
      count: counts?.all,
      isChosen: status === undefined && role === undefined && classification === undefined,
    },
    ...statuses.map((one) => ({
      search: { status: one === status ? undefined : one },
      label: t(`reports.statuses.${one}`),
      count: counts?.[one],
      isChosen: one === status,
    })),
    ...shareRoles.map((one) => ({
      search: { role: one === role ? undefined : one },
      label: t(`reports.with.${one}`),
      count: counts?.roles[one],
      isChosen: one === role,
    })),
    ...classifications.map((one) => ({
      search: { classification: one === classification ? undefined : one },
      label: t(`reports.classification.${one}`),
      count: counts?.[one],
      isChosen: one === classification,
    })),
  ];
  return (
    <div className="mb-4 flex flex-wrap gap-2 print:hidden">
      <nav aria-label={t('reports.filter')} className="contents">
        <ul className="contents">
          {chips.map(({ search, count, ...chip }) => (
            <li key={chip.label}>
              <FilterChip
                to="."
                search={{ ...filter, ...search }}
                count={counts === null ? null : count}
                {...chip}
              />
            </li>
          ))}
        </ul>
      </nav>
      <SortSelect filter={filter} />
    </div>
  );
}

function SortSelect({ filter }: { readonly filter: ReportsFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <ChipSelect
      label={t('reports.sort')}
      any={t('reports.sorts.newest')}
      value={filter.sort}
      choices={sorts}
      nameOf={(sort) => t(`reports.sorts.${sortNamed(sort)}`)}
      onChange={(sort) =>
        void navigate({
          to: '.',
          search: { ...filter, sort: sort === undefined ? undefined : sortNamed(sort) },
        })
      }
    />
  );
}

function sortNamed(name: string): (typeof sorts)[number] {
  return sorts.find((sort) => sort === name) ?? 'oldest';
}
