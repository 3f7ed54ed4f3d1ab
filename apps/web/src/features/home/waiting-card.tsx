import { Link } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { openRequests, trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass, textAction } from '../../ui/button.tsx';
import { Avatar, usePersonName } from '../../shared/person.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useGate } from '../../api/permissions.ts';
import { groupByResource } from '../../policy.ts';
import { Card, CardSkeleton } from './card.tsx';
import { useWhat } from './notification-list.tsx';

const shownAtFirst = 4;

/** The requests that the user can decide, newest first. */
export function WaitingCard(): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  const what = useWhat();
  const { state } = useGate(trpc.requests.list, undefined);
  const query = trpc.requests.list.useQuery(openRequests, { enabled: state === 'allowed' });
  const problem = useProblem(query);
  const requests = state === 'denied' ? [] : query.data?.items.filter(({ canDecide }) => canDecide);
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
      {requests === undefined ? (
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

/** Replaces an empty card with the user's permissions. */
function Nothing(): ReactNode {
  const { t, i18n } = useTranslation();
  const { data: me } = trpc.session.me.useQuery();
  const list = new Intl.ListFormat(i18n.language, { type: 'unit' });
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
        // In a single column it would push the following content down.
        <dl className="mt-5 hidden grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 border-t border-line pt-4 lg:grid">
          {groupByResource(me.permissions).map(({ resource, permissions }) => (
            <Fragment key={resource}>
              <dt className="text-muted">{t(`resource.${resource}`)}</dt>
              <dd className="not-last:mb-1">
                {list.format(permissions.map((permission) => t(`permission.${permission}`)))}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
    </div>
  );
}
