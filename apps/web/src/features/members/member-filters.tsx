import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { FilterChip } from '../../ui/chips.tsx';
import { roles } from '../../policy.ts';
import { shownKinds, sources, type MembersFilter } from './filters.ts';
import type { MemberCounts } from './member.ts';

type Chip = Partial<Pick<MembersFilter, 'role' | 'source' | 'only'>>;

/** One chip per group can be active; selecting it again removes it. */
export function MemberFilters(props: {
  readonly filter: MembersFilter;
  /** The number of members for each chip, independent of the other groups; `null` while unknown. */
  readonly counts: MemberCounts | null;
}): ReactNode {
  const { filter, counts } = props;
  const { t } = useTranslation();
  const { role, source, only } = filter;
  const isAll = role === undefined && source === undefined && only === undefined;
  const groups = [
    roles.map((one) => ({
      search: { role: one === role ? undefined : one } satisfies Chip,
      label: t(`role.${one}`),
      count: counts?.roles[one],
      isChosen: one === role,
    })),
    sources.map((one) => ({
      search: { source: one === source ? undefined : one } satisfies Chip,
      label: t(`members.source.${one}`),
      count: counts?.sources[one],
      isChosen: one === source,
    })),
    shownKinds.map((one) => ({
      search: { only: one === only ? undefined : one } satisfies Chip,
      label: t(`members.only.${one}`),
      count: counts?.[one],
      isChosen: one === only,
    })),
  ];
  return (
    <nav aria-label={t('members.filter')} className="mb-4">
      <ul className="flex flex-wrap gap-2">
        <li>
          <FilterChip
            to="/members"
            search={{ ...filter, role: undefined, source: undefined, only: undefined }}
            label={t('members.all')}
            count={counts?.all}
            isChosen={isAll}
          />
        </li>
        {groups.flat().map(({ search, ...chip }) => (
          <li key={chip.label}>
            <FilterChip to="/members" search={{ ...filter, ...search }} {...chip} />
          </li>
        ))}
      </ul>
    </nav>
  );
}
