import { getRouteApi, Link } from '@tanstack/react-router';
import { CircleCheck, History } from 'lucide-react';
import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ConnectionRow } from '../../shared/applications/connection-list.tsx';
import { DisconnectButton } from '../../shared/applications/disconnect-button.tsx';
import { nameOf, Person } from '../../shared/person.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { PageHeader, Section } from '../../ui/page.tsx';
import { RadioChips } from '../../ui/chips.tsx';
import { cell, RowTable, wideCell } from '../../ui/row-table.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { defaultDays, unusedPeriods } from './filters.ts';
import { permissionNames } from './review.ts';
import { ReviewsTabs } from './reviews-tabs.tsx';

type UnusedRole = Outputs['reviews']['unused']['items'][number];
type UnusedConnection = Outputs['reviews']['unused']['connections'][number];
type RoleUse = Outputs['reviews']['roleUse']['roles'][number];

const maxNamed = 5;

const route = getRouteApi('/console/reviews/unused');

export function UnusedPage(): ReactNode {
  const { t } = useTranslation();
  const { days = defaultDays } = route.useSearch();
  const navigate = route.useNavigate();
  const users = trpc.reviews.unused.useInfiniteQuery(
    { days },
    { getNextPageParam: ({ next }) => next ?? undefined },
  );
  const roles = trpc.reviews.roleUse.useQuery({ days });
  const problems = [useProblem(users), useProblem(roles)];
  const problem = problems.find((one) => one !== null);
  return (
    <>
      <PageHeader title={t('unused.title')} purpose={t('unused.purpose')} />
      <ReviewsTabs />
      {problem != null ? (
        <Problem problem={problem} title={t('unused.failed')} />
      ) : (
        <div className="flex flex-col gap-6">
          <RadioChips
            label={t('unused.days')}
            choices={unusedPeriods.map((value) => ({
              value,
              label: t('unused.daysChoice', { count: value }),
            }))}
            value={days}
            onChange={(value) => void navigate({ search: { days: value }, replace: true })}
          />
          {users.data === undefined || roles.data === undefined ? (
            <RowsSkeleton />
          ) : roles.data.isKnown ? (
            <>
              <Section title={t('unused.byUser')} plain>
                <ByUser items={users.data.pages.flatMap(({ items }) => items)} hasMore={users.hasNextPage} />
                <ShowMore query={users} />
              </Section>
              <Section title={t('unused.byRole')} plain>
                <ByRole roles={roles.data.roles} />
              </Section>
            </>
          ) : (
            <EmptyState icon={History} title={t('unused.unknown')} how={t('unused.unknownHow')} />
          )}
          <Connections connections={users.data?.pages[0]?.connections ?? []} />
        </div>
      )}
    </>
  );
}

function ByUser({
  items,
  hasMore,
}: {
  readonly items: readonly UnusedRole[];
  readonly hasMore: boolean;
}): ReactNode {
  const { t } = useTranslation();
  if (items.length === 0) {
    return hasMore ? (
      <p className="text-muted">{t('unused.searched')}</p>
    ) : (
      <EmptyState icon={CircleCheck} title={t('unused.none')} how={t('unused.noneHow')} />
    );
  }
  return (
    <RowTable
      caption={t('unused.byUser')}
      columns={[
        { label: t('unused.column.user') },
        { label: t('unused.column.role'), className: 'w-40' },
        { label: t('unused.column.effect') },
        { label: t('unused.column.action'), className: 'w-52' },
      ]}
    >
      {items.map((item) => (
        <tr key={`${item.user.key} ${item.role}`} className="border-b border-line last:border-b-0">
          <td className={`${cell} w-full max-w-0 lg:w-64 lg:max-w-64`}>
            <Person person={item.user} detailed />
            <div className="mt-2 flex flex-col items-start gap-2 lg:hidden print:hidden">
              <RoleBadge role={item.role} />
              <Effect item={item} />
              <Suggestion item={item} />
            </div>
          </td>
          <td className={wideCell}>
            <RoleBadge role={item.role} />
            <span className="mt-1 block text-sm text-muted">
              {t('unused.since')} <RelativeTime at={item.since} />
            </span>
          </td>
          <td className={wideCell}>
            <Effect item={item} />
          </td>
          <td className={wideCell}>
            <Suggestion item={item} />
          </td>
        </tr>
      ))}
    </RowTable>
  );
}

function Effect({ item: { loses, keeps } }: { readonly item: UnusedRole }): ReactNode {
  const { t, i18n } = useTranslation();
  const names = permissionNames(
    loses.map(({ permission }) => permission),
    t,
  );
  const others = names.length - maxNamed;
  const lost =
    others > 1
      ? i18n.list(names.slice(0, maxNamed), t('unused.andMore', { count: others }))
      : i18n.list(names);
  const kept = permissionNames(keeps, t);
  const retained = Math.max(0, ...loses.map(({ onInstances }) => onInstances));
  return (
    <div className="text-sm">
      <p title={names.join('\n')}>
        {names.length === 0 ? t('unused.losesNothing') : t('unused.loses', { permissions: lost })}
      </p>
      {kept.length > 0 && <p className="text-muted">{t('unused.keeps', { permissions: i18n.list(kept) })}</p>}
      {retained > 0 && <p className="text-muted">{t('unused.onInstances', { count: retained })}</p>}
    </div>
  );
}

/** The applications that did not act for their person in the period. */
function Connections({ connections }: { readonly connections: readonly UnusedConnection[] }): ReactNode {
  const { t } = useTranslation();
  const canDisconnect = useGate(trpc.applications.disconnectPerson, undefined).state === 'allowed';
  if (connections.length === 0) return null;
  return (
    <Section title={t('applications.title')}>
      <ul aria-label={t('applications.title')} className="divide-y divide-line">
        {connections.map(({ user, ...connection }) => (
          <ConnectionRow
            key={`${user.key} ${connection.clientId}`}
            connection={{ ...connection, state: 'allowed' }}
            person={user.key}
            actions={
              canDisconnect && (
                <DisconnectButton
                  application={connection}
                  person={{ subject: user.key, name: nameOf(user) }}
                />
              )
            }
          >
            <Person person={user} detailed />
          </ConnectionRow>
        ))}
      </ul>
    </Section>
  );
}

/** Links to the user's page, which can remove roles that do not come from Logto. */
function Suggestion({ item: { user, source } }: { readonly item: UnusedRole }): ReactNode {
  const { t } = useTranslation();
  if (source.kind === 'logto') return <span className="text-sm text-muted">{t('unused.inLogto')}</span>;
  return (
    <>
      <Link to="/members/$subject" params={{ subject: user.key }} className={buttonClass('secondary')}>
        {t('unused.remove')}
      </Link>
      {source.kind === 'default' && (
        <span className="mt-1 block text-sm text-muted">{t('unused.isDefault')}</span>
      )}
    </>
  );
}

function ByRole({ roles }: { readonly roles: readonly RoleUse[] }): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <RowTable
      caption={t('unused.byRole')}
      columns={[{ label: t('unused.column.role'), className: 'w-40' }, { label: t('unused.column.unused') }]}
    >
      {roles.map(({ role, holders, permissions }) => {
        const unused = permissionNames(
          permissions.flatMap(({ permission, users }) => (users === 0 ? [permission] : [])),
          t,
        );
        return (
          <tr key={role} className="border-b border-line last:border-b-0">
            <td className={cell}>
              <RoleBadge role={role} />
              <span className="mt-1 block text-sm text-muted">{t('unused.holders', { count: holders })}</span>
            </td>
            <td className={`${cell} text-sm`}>
              {unused.length === 0 ? t('unused.allUsed') : i18n.list(unused)}
            </td>
          </tr>
        );
      })}
    </RowTable>
  );
}
