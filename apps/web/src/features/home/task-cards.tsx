import { Link } from '@tanstack/react-router';
import {
  ChevronRight,
  CirclePause,
  CloudAlert,
  FileWarning,
  GitCompare,
  Hourglass,
  Inbox,
  ListChecks,
} from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { openRequests, trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useActiveOrganization } from '../../layout/organizations.ts';
import { groupByResource } from '../../policy.ts';
import { Avatar, usePersonName } from '../../shared/person.tsx';
import { buttonClass, textAction } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Card, CardSkeleton, HiddenUntilLoaded } from './card.tsx';
import { useWhat } from './notification-list.tsx';

const shownAtFirst = 4;

export function WaitingCard(): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  const what = useWhat();
  const { state } = useGate(trpc.requests.list, undefined);
  const query = trpc.requests.list.useQuery(openRequests, { enabled: state === 'allowed' });
  const problem = useProblem(query);
  const requests = state === 'denied' ? [] : query.data?.items.filter(({ canDecide }) => canDecide);
  const due = useDueReview();
  // The card of the review shows the user's decisions, and a failure to load them.
  if (requests?.length === 0 && ((due.review?.mine ?? 0) > 0 || due.problem !== null)) return null;
  return (
    <Card
      title={t('home.waiting.title')}
      problem={problem}
      action={
        requests !== undefined &&
        requests.length > shownAtFirst && (
          <Link to="/requests" className={textAction}>
            {t('home.waiting.all', { count: requests.length })}
          </Link>
        )
      }
    >
      {requests === undefined || (requests.length === 0 && due.isLoading) ? (
        <CardSkeleton />
      ) : requests.length === 0 ? (
        <Nothing />
      ) : (
        <ul className="divide-y divide-line rounded-card border border-line bg-surface">
          {requests.slice(0, shownAtFirst).map(({ id, requester, target, title, reason, createdAt }) => {
            const on = target.kind === 'role' ? null : { resource: target.resource, title };
            const name = personName(requester);
            return (
              <li
                key={id}
                className="relative flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-3 first:rounded-t-card last:rounded-b-card hover:bg-sunken/60"
              >
                <Avatar name={name} size="medium" />
                <div className="min-w-0 flex-1 basis-48">
                  <p id={`asks-${id}`} className="font-medium wrap-anywhere">
                    {t('home.waiting.asks', { name, what: what([target.role], on) })}
                  </p>
                  <p className="text-sm text-muted">
                    <span className="line-clamp-1 wrap-anywhere">{reason}</span>
                    <RelativeTime at={createdAt} />
                  </p>
                </div>
                <Link
                  to="/requests/$requestId"
                  params={{ requestId: id }}
                  aria-describedby={`asks-${id}`}
                  className={`${buttonClass('secondary')} self-center after:absolute after:inset-0`}
                >
                  {t('home.waiting.decide')}
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

/** The next due review in which the user decides or, for managers, any user. */
export function useDueReview(): {
  readonly review: Outputs['reviews']['due'];
  readonly problem: LoadProblem | null;
  readonly isLoading: boolean;
} {
  const { state } = useGate(trpc.reviews.due, undefined);
  const query = trpc.reviews.due.useQuery(undefined, { enabled: state === 'allowed' });
  const isLoading = state === 'unknown' || query.isLoading;
  return { review: query.data ?? null, problem: useProblem(query), isLoading };
}

/** Shown in place of an empty list: the user's permissions. */
function Nothing(): ReactNode {
  const { t, i18n } = useTranslation();
  const { data: me } = trpc.session.me.useQuery();
  return (
    <div className="rounded-card border border-dashed border-line px-4 py-5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <span className="inline-flex size-9 shrink-0 items-center justify-center rounded-full bg-sunken text-muted">
          <Inbox aria-hidden="true" className="size-4" />
        </span>
        <div className="min-w-0 flex-1 basis-48">
          <p className="font-medium">{t('home.waiting.nothing')}</p>
          <p className="text-muted">{t('home.waiting.nothingHow')}</p>
        </div>
        <Link to="/access" className={buttonClass('secondary')}>
          {t('home.waiting.yourAccess')}
        </Link>
      </div>
      {me !== undefined && me.permissions.length > 0 && (
        // On a narrow screen it would push the other cards down.
        <dl className="mt-5 hidden grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 border-t border-line pt-4 lg:grid">
          {groupByResource(me.permissions).map(({ resource, permissions }) => (
            <Fragment key={resource}>
              <dt className="text-muted">{t(`resource.${resource}`)}</dt>
              <dd className="not-last:mb-1">
                {i18n.list(permissions.map((permission) => t(`permission.${permission}`)))}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
    </div>
  );
}

export function HandCard(): ReactNode {
  const { t } = useTranslation();
  const { tasks, problem, isLoading } = useTasks();
  if (isLoading && problem === null) return <HiddenUntilLoaded />;
  if (tasks.length === 0 && problem === null) return null;
  return (
    <Card title={t('home.hand.title')} problem={problem}>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {tasks.map(({ key, icon: Icon, to, count }) => (
          <li
            key={key}
            className="relative flex min-h-11 items-center gap-3 px-4 py-2.5 first:rounded-t-card last:rounded-b-card hover:bg-sunken/60"
          >
            <Icon aria-hidden="true" className="size-4 shrink-0 text-unknown" />
            <Link
              to={to}
              {...(to === '/requests' && { search: { status: 'approved' } })}
              className="min-w-0 flex-1 after:absolute after:inset-0"
            >
              {t(`home.hand.${key}`, { count })}
            </Link>
            <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted" />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function useTasks() {
  const inDefault = useActiveOrganization() === null;
  const { state } = useGate(trpc.sync.status);
  const seesSync = state === 'allowed' && inDefault;
  const setup = trpc.setup.status.useQuery(undefined, { enabled: inDefault });
  const sync = trpc.sync.status.useQuery(undefined, { enabled: seesSync });
  const drift = trpc.sync.drift.useQuery(undefined, { enabled: seesSync });
  const { data: me } = trpc.session.me.useQuery();
  const seesGrants = me?.permissions.includes('requests:view') === true;
  const approved = trpc.requests.list.useQuery({ status: 'approved', limit: 100 }, { enabled: seesGrants });
  const isLoading = state === 'unknown' || [setup, sync, drift, approved].some((query) => query.isLoading);
  const problems = [useProblem(setup), useProblem(sync), useProblem(drift), useProblem(approved)];
  const hasNoAdministrator = setup.data?.state === 'no-administrator';
  const undone =
    setup.data?.state === 'open' ? setup.data.checks.filter(({ state }) => state !== 'done').length : 0;
  const ending = new Set(
    approved.data?.items.flatMap(({ grant }) => (grant?.endsSoon === true ? [grant.id] : [])),
  ).size;
  const tasks = [
    { key: 'noAdministrator', icon: ListChecks, to: '/setup', count: hasNoAdministrator ? 1 : 0 },
    { key: 'setup', icon: ListChecks, to: '/setup', count: undone },
    { key: 'dead', icon: FileWarning, to: '/sync', count: sync.data?.deliveries.failed ?? 0 },
    { key: 'delayed', icon: CloudAlert, to: '/sync', count: sync.data?.delayed?.count ?? 0 },
    { key: 'paused', icon: CirclePause, to: '/sync', count: sync.data?.paused === true ? 1 : 0 },
    { key: 'drift', icon: GitCompare, to: '/sync', count: drift.data?.open ?? 0 },
    { key: 'ending', icon: Hourglass, to: '/requests', count: ending },
  ] as const;
  return {
    tasks: tasks.filter(({ count }) => count > 0),
    problem: problems.find((problem) => problem !== null) ?? null,
    isLoading,
  };
}
