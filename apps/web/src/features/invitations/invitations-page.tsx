import { getRouteApi } from '@tanstack/react-router';
import { Building2, MailPlus, Plug } from 'lucide-react';
import { lazy, useEffect, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { FilterChip, FilterChips } from '../../ui/chips.tsx';
import { MembersTabs } from '../../shared/members-tabs.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { ResultCount } from '../../ui/result-count.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { useLazyPopup, LazyPopup } from '../../ui/lazy.tsx';
import { listInput, type InvitationsSearch } from './filters.ts';
import { InvitationRow } from './invitation-row.tsx';
import type { InviteOptions } from './invitation-parts.tsx';
import { useChanges } from '../../api/use-changes.ts';

const InviteSheet = lazy(() => import('./invite-sheet.tsx'));
const route = getRouteApi('/console/members/invitations');

export function InvitationsPage(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.invitations.options.useQuery();
  const problem = useProblem(query);
  if (problem !== null) {
    return <Problem problem={problem} title={t('invitations.failed.options')} />;
  }
  if (query.data?.availability === 'ready') return <Invitations options={query.data} />;
  return (
    <div className="max-w-4xl">
      <PageHeader title={t('invitations.title')} purpose={t('invitations.purpose')} />
      <MembersTabs />
      {query.data === undefined ? (
        <RowsSkeleton />
      ) : query.data.availability === 'no-organization' ? (
        <EmptyState
          icon={Building2}
          title={t('invitations.noOrganization.title')}
          how={t('invitations.noOrganization.how')}
        />
      ) : (
        <EmptyState
          icon={Plug}
          title={t('invitations.notConfigured.title')}
          how={t('invitations.notConfigured.how')}
        />
      )}
    </div>
  );
}

function Invitations({ options }: { readonly options: InviteOptions }): ReactNode {
  const { t } = useTranslation();
  const { status, invite = false } = route.useSearch();
  const navigate = route.useNavigate();
  const { popup, setOpen } = useLazyPopup();
  useChanges('invitations');
  useEffect(() => setOpen(invite), [invite, setOpen]);
  const query = trpc.invitations.list.useInfiniteQuery(listInput({ status }), {
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const problem = useProblem(query);
  if (problem !== null) {
    return <Problem problem={problem} title={t('invitations.failed.list')} />;
  }
  const show = (shown: boolean): void =>
    void navigate({ search: { status, invite: shown || undefined }, replace: !shown });
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <div className="max-w-4xl">
      <PageHeader
        title={t('invitations.title')}
        purpose={t('invitations.purpose')}
        actions={
          <Button variant="primary" onClick={() => show(true)} icon={MailPlus}>
            {t('invitations.invite')}
          </Button>
        }
      />
      <MembersTabs />
      <Filters status={status} counts={query.data?.pages[0]?.counts} />
      <ResultCount count={status && items?.length} hasMore={query.hasNextPage} />
      {items === undefined ? (
        <RowsSkeleton />
      ) : items.length === 0 ? (
        <EmptyState
          icon={MailPlus}
          title={t(`invitations.empty.${status ?? 'pending'}`)}
          how={t('invitations.emptyHow')}
        />
      ) : (
        <ul
          aria-label={t('invitations.title')}
          className="divide-y divide-line rounded-card border border-line bg-surface"
        >
          {items.map((invitation) => (
            <InvitationRow
              key={invitation.id}
              invitation={invitation}
              options={options}
              showStatus={status === 'all'}
            />
          ))}
        </ul>
      )}
      <ShowMore query={query} />
      <LazyPopup popup={popup && { ...popup, onClose: () => show(false) }}>
        {(shown) => <InviteSheet {...shown} options={options} />}
      </LazyPopup>
    </div>
  );
}

const statuses = [undefined, 'accepted', 'expired', 'revoked', 'all'] as const;

function Filters({
  status: current,
  counts,
}: Pick<InvitationsSearch, 'status'> & {
  readonly counts: Readonly<Record<'pending' | 'accepted' | 'expired' | 'revoked', number>> | undefined;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <FilterChips label={t('invitations.filter')}>
      {statuses.map((status) => (
        <FilterChip
          key={status ?? 'pending'}
          to="/members/invitations"
          search={{ status }}
          label={t(`invitations.status.${status ?? 'pending'}`)}
          count={status === 'all' ? null : counts?.[status ?? 'pending']}
          isChosen={status === current}
        />
      ))}
    </FilterChips>
  );
}
