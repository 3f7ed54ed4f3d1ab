import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EventFacts } from '../../shared/events/event-facts.tsx';
import { useActionName } from '../../shared/use-action-name.ts';
import { Reason } from '../../shared/explain/reason.tsx';
import { namesIn } from '../../shared/events/event-labels.tsx';

const route = getRouteApi('/console/audit/$eventId');

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
    return (
      <Problem
        problem={problem}
        title={t('audit.failed.one')}
        missing={{ title: t('audit.missing.title'), why: t('audit.missing.how'), back: back }}
      />
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
  const { event, why } = query.data;
  const names = namesIn([{ ...query.data, events: [event] }]);
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

/** The reasons for a decision, from the facts at that time, or a message that none were stored. */
function WhyThen(props: {
  readonly why: Outputs['audit']['get']['why'];
  readonly person: { readonly key: string; readonly name: string | null };
}): ReactNode {
  const { why, person } = props;
  const { t } = useTranslation();
  return (
    <section className="mt-6">
      <h2 className="text-md font-semibold">{t('audit.reasons.title')}</h2>
      {why === null ? (
        <p className="mt-1 text-muted">{t('audit.reasons.none')}</p>
      ) : (
        <>
          <p className="mt-1 mb-3 text-muted">
            {t('audit.reasons.asOf')} <ExactTime at={why.asOf} seconds />
          </p>
          <Reason person={{ ...person, isReader: false }} explanation={why.explanation} />
        </>
      )}
    </section>
  );
}
