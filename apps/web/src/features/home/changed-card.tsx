import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { textAction } from '../../components/button.tsx';
import { Card, CardSkeleton } from './card.tsx';
import { NotificationList } from './notification-list.tsx';

const shownAtFirst = 5;

/** Decisions, and granted and revoked roles; marks those that are new since the last visit. */
export function ChangedCard(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.notifications.list.useQuery();
  const problem = useProblem(query);
  // Open requests have their own card.
  const changes = query.data?.filter(({ kind }) => kind !== 'to-decide');
  return (
    <Card
      title={t('home.changed.title')}
      problem={problem}
      action={
        <Link to="/notifications" className={textAction}>
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
