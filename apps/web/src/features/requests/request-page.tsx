import { getRouteApi, Link } from '@tanstack/react-router';
import { useId, useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Reason } from '../../shared/explain/reason.tsx';
import { WhyButton } from '../../shared/explain/why-button.tsx';
import { Person, usePersonName } from '../../shared/person.tsx';
import { Problem } from '../../shared/problem.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { DecisionButtons, UndoButton, type DecisionStep } from './decision-buttons.tsx';
import {
  Adds,
  Approvals,
  DecidedLine,
  DeniedOn,
  goneOf,
  HeldRoles,
  HowLong,
  RequestedRole,
  RequestReason,
  RequestsSkeleton,
  type RequestDetails,
} from './request-facts.tsx';
import { RequestTimeline } from './request-timeline.tsx';
import { useDecide } from './use-decide.ts';

const route = getRouteApi('/console/requests/$requestId');

export function RequestPage(): ReactNode {
  const { t } = useTranslation();
  const { requestId } = route.useParams();
  useChanges('requests');
  const query = trpc.requests.get.useQuery({ id: requestId });
  const problem = useProblem(query);
  if (problem !== null) {
    return (
      <Problem
        problem={problem}
        title={t('requests.failed.one')}
        missing={{
          title: t('requests.missing'),
          back: (
            <Link to="/requests" className={buttonClass('secondary')}>
              {t('requests.back')}
            </Link>
          ),
        }}
      />
    );
  }
  if (query.data === undefined) {
    return (
      <div className="max-w-3xl">
        <h1 className="sr-only">{t('pending')}</h1>
        <span className="skeleton mb-6 block h-14 w-72 max-w-full" />
        <RequestsSkeleton />
      </div>
    );
  }
  return <Details key={requestId} request={query.data} />;
}

function Details({ request }: { readonly request: RequestDetails }): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  const {
    id,
    requester,
    target,
    permission,
    status,
    holds,
    adds,
    heldUntil,
    reason,
    duration,
    isOwn,
    explanation,
  } = request;
  const [step, setStep] = useState<DecisionStep>(null);
  // The outcome is not stored: the page refetches the request, and the timeline shows the decision.
  const decide = useDecide(id, { onDecided: () => setStep(null), onUndone: () => setStep(null) });
  const headingId = useId();
  const name = personName(requester);
  return (
    <article className="max-w-3xl">
      <PageHeader title={t('requests.titleOf', { name })} purpose={<RequestedRole {...request} />} />
      <div className="flex flex-col gap-3 rounded-card border border-line bg-surface p-4">
        <span id={headingId} className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <Person person={requester} />
          <HeldRoles holds={holds} />
        </span>
        {status === 'open' && goneOf(request) === null && (
          <p>
            <Adds adds={adds} heldUntil={heldUntil} target={target} permission={permission} />
          </p>
        )}
        <DeniedOn {...request} />
        <RequestReason reason={reason} />
        <p>
          <HowLong duration={duration} />
        </p>
        <Approvals {...request} />
        {status === 'open' &&
          (request.hasApproved ? (
            <UndoButton decide={decide} describedBy={headingId} />
          ) : isOwn ? (
            <p className="text-muted">{t('requests.obstacle.OWN_REQUEST')}</p>
          ) : (
            <DecisionButtons
              target={request.target}
              duration={duration}
              decide={decide}
              step={step}
              onStep={setStep}
              describedBy={headingId}
              gone={goneOf(request)}
            />
          ))}
        {status !== 'open' && decide.undo !== null && (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <DecidedLine {...request} status={status} />
            <UndoButton decide={decide} describedBy={headingId} />
          </div>
        )}
      </div>
      {status === 'open' && <WhyLacking explanation={explanation} requester={requester} />}
      <RequestTimeline request={request} />
    </article>
  );
}

function WhyLacking(props: Pick<RequestDetails, 'explanation' | 'requester'>): ReactNode {
  const { explanation, requester } = props;
  const { t } = useTranslation();
  const mayExplain = useGate(trpc.why.explain, undefined).state === 'allowed';
  if (explanation === null) return null;
  const { permission, instance } = explanation;
  return (
    <section className="mt-6">
      <h2 className="mb-2 text-md font-semibold">{t('requests.why')}</h2>
      <Reason person={{ ...requester, isReader: false }} explanation={explanation} />
      {mayExplain && (
        <p className="mt-3">
          <WhyButton check={{ person: requester.key, permission, on: instance?.key ?? undefined }}>
            {t('requests.otherWays')}
          </WhyButton>
        </p>
      )}
    </section>
  );
}
