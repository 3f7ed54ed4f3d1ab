import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem } from '../../api/use-problem.ts';
import { namesIn } from '../../shared/events/event-labels.tsx';
import { EventRows } from '../../shared/events/event-rows.tsx';
import { textAction } from '../../ui/button.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { Section } from '../../ui/section.tsx';
import { ShowMore } from '../../ui/show-more.tsx';

/** What the person did and what was done to their access, newest first. For readers of the audit log. */
export function PersonActivity({ subject }: { readonly subject: string }): ReactNode {
  const { t } = useTranslation();
  useChanges('audit');
  const query = trpc.audit.list.useInfiniteQuery(
    // Allowed checks would hide the rest: each page that the person opens is one.
    { person: subject, outcomes: ['deny', 'done', 'failed'], limit: 20 },
    { getNextPageParam: ({ next }) => next ?? undefined, initialCursor: undefined },
  );
  const problem = useProblem(query);
  const pages = query.data?.pages;
  const events = pages?.flatMap((page) => page.events);
  return (
    <Section
      anchor="activity"
      title={t('onePerson.activity')}
      about={
        <>
          {t('onePerson.activityAbout')}{' '}
          <Link to="/audit" search={{ period: 'month', person: subject }} className={textAction}>
            {t('onePerson.activityAll')}
          </Link>
        </>
      }
      plain
    >
      {problem !== null ? (
        <p className="text-muted">{t('onePerson.partFailed')}</p>
      ) : events === undefined ? (
        <RowsSkeleton />
      ) : events.length === 0 ? (
        <p className="text-muted">{t('onePerson.activityNone')}</p>
      ) : (
        <EventRows events={events} names={namesIn(pages)} />
      )}
      <ShowMore query={query} />
    </Section>
  );
}
