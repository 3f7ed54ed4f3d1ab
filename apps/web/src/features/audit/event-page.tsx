import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { apiErrorOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass } from '../../components/button.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { NotFound } from '../../components/not-found.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Problem } from '../../components/problem.tsx';
import { RowsSkeleton } from '../../components/rows-skeleton.tsx';
import { EventFacts } from './event-facts.tsx';
import { useActionName } from '../../components/actions/use-action-name.ts';
import { WhyThen } from './why-then.tsx';

const route = getRouteApi('/console/audit/$eventId');

/** One event, with a link that can be shared. */
export function EventPage(): ReactNode {
  const { t } = useTranslation();
  const { eventId } = route.useParams();
  const actionName = useActionName();
  const query = trpc.audit.get.useQuery({ id: eventId });
  const problem = useProblem(query);
  const back = (
    <Link to="/audit" className={buttonClass('secondary')}>
      {t('audit.back')}
    </Link>
  );
  if (problem !== null) {
    const error = apiErrorOf(problem.error);
    // 400: the URL has no valid event id.
    return error.kind === 'not-found' || (error.kind === 'failed' && error.status === 400) ? (
      <NotFound title={t('audit.missing.title')} why={t('audit.missing.how')} back={back} />
    ) : (
      <Problem error={problem.error} title={t('audit.failed.one')} onRetry={problem.retry} />
    );
  }
  if (query.data === undefined) {
    return (
      <div className="max-w-3xl">
        <h1 className="sr-only">{t('pending')}</h1>
        <RowsSkeleton />
      </div>
    );
  }
  const { event, people, titles, why } = query.data;
  const names = { people: new Map(people.map((person) => [person.key, person])), titles };
  return (
    <div className="max-w-3xl">
      <PageHeader
        title={actionName(event.action)}
        purpose={<ExactTime at={event.at} seconds />}
        actions={back}
      />
      <div className="rounded-card border border-line bg-surface p-4">
        <EventFacts event={event} names={names} linked={false} />
      </div>
      {event.kind === 'decision' && event.actor !== null && event.outcome !== 'unavailable' && (
        <WhyThen why={why} person={names.people.get(event.actor) ?? { key: event.actor, name: null }} />
      )}
    </div>
  );
}
