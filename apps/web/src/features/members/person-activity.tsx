import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem, type LoadingQuery } from '../../api/use-problem.ts';
import { namesIn } from '../../shared/events/event-labels.tsx';
import { EventRows } from '../../shared/events/event-rows.tsx';
import { textAction } from '../../ui/button.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { Section, sectionRow } from '../../ui/page.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { RelativeTime, ExactTime } from '../../ui/time.tsx';
import { MonitorSmartphone } from 'lucide-react';

export function PersonActivity({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useTranslation();
  useChanges('audit');
  const query = trpc.audit.list.useInfiniteQuery(
    // Excludes allowed checks, which would hide the rest: every page that the person opens adds some.
    { person: subject, outcomes: ['deny', 'done', 'failed', 'unknown'], limit: 20 },
    { getNextPageParam: ({ next }) => next ?? undefined, initialCursor: undefined },
  );
  const problem = useProblem(query);
  const pages = query.data?.pages;
  const events = pages?.flatMap((page) => page.events);
  return (
    <Section
      anchor="activity"
      title={t('members.person.activity')}
      about={
        <>
          {t('members.person.activityAbout')}{' '}
          <Link to="/audit" search={{ period: 'month', person: subject }} className={textAction}>
            {t('members.person.activityAll')}
          </Link>
        </>
      }
      plain
    >
      {problem !== null ? (
        <p className="text-muted">{t('members.person.partFailed')}</p>
      ) : events === undefined ? (
        <RowsSkeleton />
      ) : events.length === 0 ? (
        <p className="text-muted">{t('members.person.activityNone')}</p>
      ) : (
        <EventRows events={events} names={namesIn(pages)} />
      )}
      <ShowMore query={query} />
    </Section>
  );
}

const shown = 10;

export function PersonRequests({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useTranslation();
  useChanges('requests');
  const query = trpc.requests.list.useQuery({ requester: subject, limit: shown });
  const items = query.data?.items;
  return (
    <Section anchor="requests" title={t('members.person.requests')}>
      <NoRows query={query} none={items?.length === 0 && t('members.person.requestsNone')} />
      {items?.map(({ id, target, title, status, createdAt, canDecide }) => {
        const what =
          target.kind === 'role'
            ? t('members.person.asksForRole', { role: roleName(target.role, 'organization', t) })
            : t(`members.person.asksOn.${target.resource === 'collections' ? 'collections' : 'reports'}`, {
                role: roleName(target.role, 'instance', t),
              });
        return (
          <div key={id} className={sectionRow}>
            <span className="min-w-0 flex-1 basis-48 wrap-anywhere">
              {canDecide ? (
                <Link
                  to="/requests/$requestId"
                  params={{ requestId: id }}
                  className="font-medium underline underline-offset-4 pointer-coarse:py-3"
                >
                  {what}
                </Link>
              ) : (
                what
              )}
              {title !== null && <span className="text-muted"> · {title}</span>}
            </span>
            <span className="text-sm">{t(`members.person.requestStatus.${status}`)}</span>
            <span className="text-sm text-muted">
              <RelativeTime at={createdAt} />
            </span>
          </div>
        );
      })}
    </Section>
  );
}

export function PersonSessions({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useTranslation();
  const query = trpc.person.sessions.useQuery({ subject });
  const sessions = query.data;
  return (
    <Section anchor="sessions" title={t('members.person.sessions')}>
      <NoRows
        query={query}
        none={
          sessions === null
            ? t('members.person.sessionsUnknown')
            : sessions?.length === 0 && t('members.person.sessionsNone')
        }
      />
      {sessions?.map(({ id, signedInAt, expiresAt }) => (
        <div key={id} className={sectionRow}>
          <MonitorSmartphone aria-hidden="true" className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 flex-1 basis-40">
            {t('members.person.session')}{' '}
            {signedInAt === null ? t('members.person.never') : <RelativeTime at={signedInAt} />}
          </span>
          <span className="text-sm text-muted">
            {t('members.person.sessionEnds')} <ExactTime at={expiresAt} />
          </span>
        </div>
      ))}
    </Section>
  );
}

/** In place of the rows of a section: that they failed to load, are loading, or why there are none. */
export function NoRows({
  query,
  none,
}: {
  readonly query: LoadingQuery;
  readonly none: string | false;
}): ReactNode {
  const { t } = useTranslation();
  const problem = useProblem(query);
  const text = problem === null ? none : t('members.person.partFailed');
  if (text !== false) return <p className={`${sectionRow} text-muted`}>{text}</p>;
  if (query.data !== undefined) return null;
  return (
    <span className={sectionRow}>
      <span className="skeleton h-5 w-64 max-w-full" />
    </span>
  );
}
