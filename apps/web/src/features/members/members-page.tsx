import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { MailPlus, Users } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { roles } from '../../policy.ts';
import { ButtonSkeleton, GateButton } from '../../shared/gate-button.tsx';
import { MembersTabs } from '../../shared/members-tabs.tsx';
import { Problem } from '../../shared/problem.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { FilterChip, FilterChips } from '../../ui/chips.tsx';
import { focusMain } from '../../ui/focus-main.ts';
import { PageHeader } from '../../ui/page.tsx';
import { tableFrame } from '../../ui/row-table.tsx';
import { ResultCount } from '../../ui/result-count.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import {
  countsInput,
  isFiltered,
  listInput,
  maxSearchLength,
  shownKinds,
  sources,
  type MembersFilter,
} from './filters.ts';
import { MemberRows } from './member-rows.tsx';
import type { MemberCounts } from './member.ts';
import { useCanRemove } from './remove-access.tsx';
import { rowHeight } from './row-layout.ts';
import { Selection } from './selection.tsx';

const route = getRouteApi('/console/members');

/** Milliseconds between refetches of the visible rows. The server compares them with Permit each time. */
const refreshInterval = 15_000;

export function MembersPage(): ReactNode {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const { organization } = route.useRouteContext();
  const navigate = route.useNavigate();
  const search = (text: string): void =>
    void navigate({ search: (before) => ({ ...before, search: text || undefined }), replace: true });
  useChanges('members');
  const input = listInput(filter);
  const first = trpc.members.list.useQuery(input, {
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { error } }) => retryIntervalAfter(error) || refreshInterval,
  });
  // Requested after the rows, because a batched response would wait for the count.
  const counts = trpc.members.counts.useQuery(countsInput(filter), {
    enabled: first.data !== undefined && !first.isPlaceholderData,
    placeholderData: keepPreviousData,
    refetchInterval: refreshInterval,
  });
  // While another filter is loading, the previous rows and their pages remain.
  const [settled, settle] = useState(filter);
  const canRemove = useCanRemove();
  const canAssign = useGate(trpc.members.bulkPreview, undefined).state === 'allowed';
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  if (!first.isPlaceholderData && settled !== filter) settle(filter);
  const shown = first.isPlaceholderData ? settled : filter;
  const problem = useProblem(first);
  if (problem !== null) {
    return <Problem problem={problem} title={t('members.failed.list')} />;
  }
  const { data } = first;
  return (
    <>
      <PageHeader
        title={t('members.title')}
        purpose={t('members.purpose')}
        // The default organization has no invitations: people join it by signing up.
        {...(organization !== null && { actions: <Invite /> })}
      />
      <MembersTabs />
      <SearchField
        search={filter.search ?? ''}
        label={t('members.search')}
        hint={t('members.searchHint')}
        maxLength={maxSearchLength}
        onSearch={search}
      />
      <MemberFilters filter={filter} counts={counts.data ?? null} />
      <ResultCount count={isFiltered(filter) && !counts.isPlaceholderData ? counts.data?.found : undefined} />
      {data === undefined ? (
        <MembersSkeleton />
      ) : data.members.length === 0 ? (
        <NoMembers filter={shown} />
      ) : (
        <div aria-busy={first.isPlaceholderData} className={first.isPlaceholderData ? 'opacity-60' : ''}>
          <MemberRows
            key={JSON.stringify(shown)}
            filter={shown}
            first={data}
            found={counts.isPlaceholderData ? undefined : counts.data?.found}
            selected={selected}
            onSelect={
              canRemove || canAssign ? (subject) => select((before) => toggled(before, subject)) : undefined
            }
          />
        </div>
      )}
      {selected.size > 0 && (
        <Selection
          selected={selected}
          filter={shown}
          first={data?.members ?? []}
          found={counts.isPlaceholderData ? undefined : counts.data?.found}
          onSelect={select}
        />
      )}
      {data !== undefined && (
        <p className="mt-3 text-sm text-muted">
          {data.asOf === null ? (
            t('members.asOfNever')
          ) : (
            <>
              {t('members.asOf')} <RelativeTime at={data.asOf} />
            </>
          )}
        </p>
      )}
    </>
  );
}

function toggled(selected: ReadonlySet<string>, subject: string): ReadonlySet<string> {
  const others = [...selected].filter((one) => one !== subject);
  return new Set(selected.has(subject) ? others : [...others, subject]);
}

function Invite(): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.invitations.list, undefined);
  // Users with access to this page can usually invite, so space for the button is reserved while the gate loads.
  if (gate.state === 'unknown') return <ButtonSkeleton label={t('members.invitations')} />;
  return (
    <GateButton gate={gate} label={t('members.invitations')} whenDenied="hide">
      <Link to="/members/invitations" search={{ invite: true }} className={buttonClass('primary')}>
        <MailPlus aria-hidden="true" className="size-4" />
        {t('members.invitations')}
      </Link>
    </GateButton>
  );
}

function NoMembers({ filter }: { readonly filter: MembersFilter }): ReactNode {
  const { t } = useTranslation();
  const { sort, direction } = filter;
  if (!isFiltered(filter)) {
    return <EmptyState icon={Users} title={t('members.emptyAll')} how={t('members.emptyAllHow')} />;
  }
  return (
    <EmptyState
      icon={Users}
      title={t('members.empty')}
      how={t('members.emptyHow')}
      action={
        <Link
          to="/members"
          search={{ sort, direction }}
          onClick={focusMain}
          className={buttonClass('secondary')}
        >
          {t('members.removeFilters')}
        </Link>
      }
    />
  );
}

const widths = ['58%', '44%', '52%', '38%', '49%', '41%'];

function MembersSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className={tableFrame}>
      <div className="hidden h-10 border-b border-line lg:block" />
      {widths.map((width) => (
        <div
          key={width}
          className={`flex items-center gap-3 border-b border-line px-4 last:border-b-0 ${rowHeight}`}
        >
          <span className="skeleton size-8 rounded-full" />
          <span className="min-w-0 flex-1">
            <span className="skeleton block h-4" style={{ width }} />
            <span className="skeleton mt-2 block h-3 w-32" />
          </span>
        </div>
      ))}
    </div>
  );
}

type Chip = Partial<Pick<MembersFilter, 'role' | 'source' | 'only'>>;

/** In each group, at most one chip is active. */
function MemberFilters(props: {
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
    <FilterChips label={t('members.filter')}>
      <FilterChip
        to="/members"
        search={{ ...filter, role: undefined, source: undefined, only: undefined }}
        label={t('members.all')}
        count={counts?.all}
        isChosen={isAll}
      />
      {groups.flat().map(({ search, ...chip }) => (
        <FilterChip key={chip.label} to="/members" search={{ ...filter, ...search }} {...chip} />
      ))}
    </FilterChips>
  );
}
