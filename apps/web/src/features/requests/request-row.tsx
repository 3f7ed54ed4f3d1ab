import { Link } from '@tanstack/react-router';
import { useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { Person } from '../../components/person.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { textAction } from '../../components/text-action.ts';
import { DecidedLine } from './decided-line.tsx';
import { DecisionButtons, type DecisionStep } from './decision-buttons.tsx';
import { Adds, HeldRoles, HowLong, Reason } from './request-facts.tsx';
import type { ListedRequest } from './request-types.ts';
import { RequestedRole } from './requested-role.tsx';
import { useDecide, type Outcome } from './use-decide.ts';

interface RequestRowProps {
  readonly request: ListedRequest;
  readonly onDecided: (outcome: Outcome) => void;
}

/** One request of the list. Once it is decided, it is one line. */
export function RequestRow({ request, onDecided }: RequestRowProps): ReactNode {
  const { t } = useTranslation();
  const [step, setStep] = useState<DecisionStep>(null);
  const row = useRef<HTMLLIElement>(null);
  const decide = useDecide(request.id, (outcome) => {
    // The pressed button goes: the focus stays in the list.
    const { activeElement } = document;
    if (activeElement === document.body || row.current?.contains(activeElement) === true)
      row.current?.focus({ preventScroll: true });
    onDecided(outcome);
  });
  const { status, requester, target, title, canDecide } = request;
  const id = useId();
  return (
    <li
      ref={row}
      tabIndex={-1}
      aria-labelledby={id}
      className={`flex scroll-mt-16 flex-col gap-2 px-4 first:rounded-t-card last:rounded-b-card focus:bg-brass-wash/50 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-brass-line ${status === 'open' ? 'py-4' : 'py-2.5'}`}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span id={id} className="inline-flex max-w-full flex-wrap items-center gap-x-3 gap-y-1.5">
          <Person person={requester} detailed={status === 'open'} />
          {status === 'open' && <span className="text-muted">{t('requests.asksFor')}</span>}
          <RequestedRole target={target} title={title} />
        </span>
        {status !== 'open' && <DecidedLine {...request} status={status} />}
        <span className="ml-auto flex items-center gap-3 text-sm text-muted">
          {status === 'open' && <RelativeTime at={request.createdAt} />}
          {canDecide && (
            <Link
              to="/requests/$requestId"
              params={{ requestId: request.id }}
              className={textAction}
              aria-label={t('requests.detailsOf', { name: requester.name ?? requester.key })}
            >
              {t('requests.details')}
            </Link>
          )}
        </span>
      </div>
      {status === 'open' && (
        <>
          {canDecide && <WhatItMeans id={request.id} />}
          <Reason reason={request.reason} />
          <p>
            <HowLong duration={request.duration} />
          </p>
          {canDecide ? (
            <DecisionButtons
              duration={request.duration}
              decide={decide}
              step={step}
              onStep={setStep}
              describedBy={id}
            />
          ) : (
            <p className="text-muted">{t(request.isOwn ? 'requests.own' : 'requests.cannotDecide')}</p>
          )}
        </>
      )}
    </li>
  );
}

/** What the requester holds, and what the role would add. */
function WhatItMeans({ id }: { readonly id: string }): ReactNode {
  const { t } = useTranslation();
  const { data, error } = trpc.requests.get.useQuery({ id });
  if (data === undefined) {
    return error === null ? (
      <span aria-busy="true" className="flex flex-col gap-2">
        <span className="skeleton block h-6 w-48" />
        <span className="skeleton block h-5 w-72 max-w-full" />
      </span>
    ) : (
      <p className="text-muted">{t('requests.meaningFailed')}</p>
    );
  }
  return (
    <>
      <div className="min-h-6">
        <HeldRoles holds={data.holds} />
      </div>
      <p>
        <Adds adds={data.adds} />
      </p>
    </>
  );
}
