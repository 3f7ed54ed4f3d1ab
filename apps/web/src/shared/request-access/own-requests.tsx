import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useRequestSheet } from './use-request-sheet.ts';
import { textAction } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import {
  canAskAgain,
  RequestStateLine,
  RequestTarget,
  stateOf,
  targetOf,
  useOwnRequests,
} from './own-request.tsx';

/** The number of requests shown initially. Older ones are collapsed, because the page is about permissions. */
const shownAtFirst = 3;

export function OwnRequests(): ReactNode {
  const { t } = useTranslation();
  const openSheet = useRequestSheet();
  const { requests, problem, pages } = useOwnRequests();
  const [showsAll, showAll] = useState(false);
  if (problem !== null) {
    return (
      <p role="alert" className="text-muted">
        {t('requestAccess.own.failed')}{' '}
        <button type="button" onClick={problem.retry} className={textAction}>
          {t('error.retry')}
        </button>
      </p>
    );
  }
  if (requests === undefined) return <span hidden aria-busy="true" />;
  if (requests.length === 0) return null;
  return (
    <Section title={t('requestAccess.own.title')}>
      {(showsAll ? requests : requests.slice(0, shownAtFirst)).map((request) => {
        const again = targetOf(request);
        return (
          <div
            key={request.id}
            className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-sunken/60"
          >
            <button
              type="button"
              onClick={() => openSheet?.({ kind: 'sent', id: request.id })}
              className="flex min-h-6 items-center after:absolute after:inset-0"
            >
              <RequestTarget target={request.target} />
              <span className="sr-only">{t('requestAccess.own.open')}</span>
            </button>
            <span className="min-w-0 flex-1 basis-40">
              <RequestStateLine request={request} />
            </span>
            {canAskAgain(stateOf(request)) && again !== undefined && (
              <button
                type="button"
                onClick={() => openSheet?.({ kind: 'new', targets: [again], reason: request.reason })}
                className={`${textAction} relative`}
              >
                {t('roleEnd.again')}
              </button>
            )}
            <span className="text-sm text-muted">
              <RelativeTime at={request.createdAt} />
            </span>
          </div>
        );
      })}
      {!showsAll && requests.length > shownAtFirst ? (
        <div className="px-4 py-2.5">
          <button type="button" className={textAction} onClick={() => showAll(true)}>
            {t('requestAccess.own.all')}
          </button>
        </div>
      ) : (
        pages.hasNextPage && (
          <div className="pb-4">
            <ShowMore query={pages} />
          </div>
        )
      )}
    </Section>
  );
}
