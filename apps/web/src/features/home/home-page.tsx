import { useRouteContext, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { DeniedCard } from './denied-card.tsx';
import { HandCard } from './hand-card.tsx';
import { ReviewCard } from './review-card.tsx';
import { WaitingCard } from './waiting-card.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { notificationsHash } from '../../layout/notifications.ts';
import { textAction } from '../../ui/button.tsx';
import { Card, CardSkeleton } from './card.tsx';
import { NotificationList } from './notification-list.tsx';

/** The home page: open requests and items that need attention, beside recent changes of the user's access. */
export function HomePage(): ReactNode {
  const { t } = useTranslation();
  const { OwnRequests } = useRouteContext({ from: '/console' });
  return (
    <>
      <PageHeader title={t('home.title')} purpose={t('home.purpose')} />
      <div className="grid items-start gap-x-8 gap-y-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-8">
          <WaitingCard />
          <ReviewCard />
          <HandCard />
          <LazyPart>
            <OwnRequests />
          </LazyPart>
        </div>
        <div className="flex min-w-0 flex-col gap-8">
          <ChangedCard />
          <DeniedCard />
        </div>
      </div>
    </>
  );
}

const shownAtFirst = 5;

/** Decisions, and granted and revoked roles; marks those that are new since the last visit. */
function ChangedCard(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.notifications.list.useQuery();
  const problem = useProblem(query);
  // Open requests have their own card.
  const changes = query.data?.filter(({ kind }) => kind !== 'to-decide' && kind !== 'to-review');
  return (
    <Card
      title={t('home.changed.title')}
      problem={problem}
      action={
        <Link to="/home" hash={notificationsHash} resetScroll={false} className={textAction}>
          {t('home.changed.all')}
        </Link>
      }
    >
      {changes === undefined ? (
        <CardSkeleton />
      ) : changes.length === 0 ? (
        <p className="rounded-card border border-dashed border-line px-4 py-5 text-muted">
          {t('home.changed.nothing')}
        </p>
      ) : (
        <NotificationList label={t('home.changed.title')} items={changes.slice(0, shownAtFirst)} />
      )}
    </Card>
  );
}
