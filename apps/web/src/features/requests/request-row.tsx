import { Link } from '@tanstack/react-router';
import { useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person, usePersonName } from '../../shared/person.tsx';
import { textAction } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/time.tsx';
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
  type ListedRequest,
} from './request-facts.tsx';
import { useDecide, type Outcome } from './use-decide.ts';

interface RequestRowProps {
  readonly index: number;
  readonly request: ListedRequest;
  readonly onDecided: (outcome: Outcome) => void;
  readonly onUndone: () => void;
  /** Called when a form below the buttons opens or closes. */
  readonly onBegin: (hasBegun: boolean) => void;
}

export function RequestRow({ index, request, onDecided, onUndone, onBegin }: RequestRowProps): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  const [step, setStep] = useState<DecisionStep>(null);
  const row = useRef<HTMLLIElement>(null);
  // The clicked button is unmounted, so the focus moves to the row.
  const keepFocus = (): void => {
    const { activeElement } = document;
    if (activeElement === document.body || row.current?.contains(activeElement) === true)
      row.current?.focus({ preventScroll: true });
  };
  const decide = useDecide(request.id, {
    onDecided(outcome) {
      keepFocus();
      setStep(null);
      onDecided(outcome);
    },
    onUndone() {
      keepFocus();
      onUndone();
    },
  });
  const { status, requester, canDecide } = request;
  const id = useId();
  return (
    <li
      ref={row}
      data-index={index}
      tabIndex={-1}
      aria-labelledby={id}
      className={`flex flex-col gap-2 px-4 first:rounded-t-card last:rounded-b-card focus:bg-brass-wash/50 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-brass-line ${status === 'open' ? 'py-4' : 'py-2.5'}`}
    >
      <div
        className={`flex gap-x-3 gap-y-1.5 ${status === 'open' ? 'items-start' : 'flex-wrap items-center'}`}
      >
        <span id={id} className="inline-flex max-w-full min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5">
          <Person person={requester} detailed={status === 'open'} />
          {status === 'open' && <span className="text-muted">{t('requests.asksFor')}</span>}
          <RequestedRole {...request} />
        </span>
        {status !== 'open' && <DecidedLine {...request} status={status} />}
        <span
          className={`ml-auto flex shrink-0 gap-x-3 text-sm text-muted ${status === 'open' ? 'min-h-8 flex-col items-end gap-y-2 pt-1.5 md:flex-row md:items-center md:pt-0' : 'items-center'}`}
        >
          {status === 'open' && <RelativeTime at={request.createdAt} />}
          {status !== 'open' && <UndoButton decide={decide} describedBy={id} />}
          {canDecide && (
            <Link
              to="/requests/$requestId"
              params={{ requestId: request.id }}
              className={textAction}
              aria-label={t('requests.detailsOf', { name: personName(requester) })}
            >
              {t('requests.details')}
            </Link>
          )}
        </span>
      </div>
      {status === 'open' && (
        <>
          {canDecide && goneOf(request) === null && <WhatItMeans {...request} />}
          <DeniedOn {...request} />
          <RequestReason reason={request.reason} />
          <p>
            <HowLong duration={request.duration} />
          </p>
          <Approvals {...request} />
          {request.hasApproved ? (
            <UndoButton decide={decide} describedBy={id} />
          ) : canDecide ? (
            <DecisionButtons
              target={request.target}
              duration={request.duration}
              decide={decide}
              step={step}
              onStep={(next) => {
                setStep(next);
                onBegin(next !== null);
              }}
              describedBy={id}
              gone={goneOf(request)}
            />
          ) : (
            <p className="text-muted">
              {t(request.isOwn ? 'requests.obstacle.OWN_REQUEST' : 'requests.cannotDecide')}
            </p>
          )}
        </>
      )}
    </li>
  );
}

function WhatItMeans({
  meaning,
  target,
  permission,
}: Pick<ListedRequest, 'meaning' | 'target' | 'permission'>): ReactNode {
  const { t } = useTranslation();
  if (meaning === null) return <p className="text-muted">{t('requests.meaningFailed')}</p>;
  return (
    <>
      <div className="min-h-6">
        <HeldRoles holds={meaning.holds} />
      </div>
      <p>
        <Adds {...meaning} target={target} permission={permission} />
      </p>
    </>
  );
}
