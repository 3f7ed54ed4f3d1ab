import { Link } from '@tanstack/react-router';
import { ChevronRight, ClipboardCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { notificationsHash } from '../../layout/notifications.ts';
import { isPermission, isRole, isSharedResource } from '../../policy.ts';
import { WhyButton } from '../../shared/explain/why-button.tsx';
import { OwnRequests } from '../../shared/request-access/own-requests.tsx';
import { RequestAccess } from '../../shared/request-access/request-access.tsx';
import { textAction } from '../../ui/button.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Card, CardSkeleton, HiddenUntilLoaded } from './card.tsx';
import { NotificationList } from './notification-list.tsx';
import { Overview } from './overview.tsx';
import { HandCard, useDueReview, WaitingCard } from './task-cards.tsx';
import { YourPart } from './your-part.tsx';

export function HomePage(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="contents [&>[aria-busy=true]~*]:hidden">
      <PageHeader title={t('home.title')} purpose={<YourPart />} />
      <Overview />
      <div className="grid items-start gap-x-8 gap-y-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className={`${column} peer`}>
          <WaitingCard />
          <ReviewCard />
          <HandCard />
          <OwnRequests />
        </div>
        <div className={`${column} max-lg:peer-has-[[aria-busy=true]]:hidden`}>
          <ChangedCard />
          <DeniedCard />
        </div>
      </div>
    </div>
  );
}

/**
 * Cards appear from top to bottom, so that a card that loads late does not move others. On a narrow screen, the second
 * column appears after the first.
 */
const column = 'flex min-w-0 flex-col gap-8 [&>:is([aria-busy=true],:has([aria-busy=true]))~*]:hidden';

const shownAtFirst = 5;

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
        <Link
          to="/home"
          hash={notificationsHash}
          // Without this, the link would be marked as the current page.
          activeOptions={{ includeHash: true }}
          resetScroll={false}
          className={textAction}
        >
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

function ReviewCard(): ReactNode {
  const { t } = useTranslation();
  const { review, problem, isLoading } = useDueReview();
  if (review === null && problem === null) return isLoading && <HiddenUntilLoaded />;
  return (
    <Card title={t('home.review.title')} problem={problem}>
      {review !== null && (
        <div className="relative flex min-h-11 items-center gap-3 rounded-card border border-line bg-surface px-4 py-2.5 hover:bg-sunken/60">
          <ClipboardCheck aria-hidden="true" className="size-4 shrink-0 text-unknown" />
          <div className="min-w-0 flex-1">
            <Link
              to="/reviews/$reviewId"
              params={{ reviewId: review.id }}
              className="font-medium wrap-anywhere after:absolute after:inset-0"
            >
              {review.name}
            </Link>
            <p className="text-sm text-muted">
              {review.mine > 0
                ? t('home.review.mine', { count: review.mine })
                : t('home.review.others', { count: review.undecided })}
              {' · '}
              {t('home.review.due')} <RelativeTime at={review.dueAt} />
            </p>
          </div>
          <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted" />
        </div>
      )}
    </Card>
  );
}

function DeniedCard(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.home.denials.useQuery();
  const problem = useProblem(query);
  const isAskedAgain = query.data === undefined && query.errorUpdateCount > 0;
  const denials = query.data?.filter(({ permission }) => isPermission(permission)) ?? [];
  if (problem === null && !isAskedAgain && denials.length === 0) return null;
  return (
    <Card title={t('home.denied.title')} problem={problem}>
      {isAskedAgain ? (
        <CardSkeleton rows={1} />
      ) : (
        <ul className="divide-y divide-line rounded-card border border-line bg-surface">
          {denials.map((denial) => (
            <DenialRow key={`${denial.permission} ${denial.instance}`} {...denial} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function DenialRow({ permission, instance, at, grantedBy }: Outputs['home']['denials'][number]): ReactNode {
  const { t } = useTranslation();
  const resource = permission.slice(0, permission.indexOf(':'));
  return (
    <li className="px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{t(`permission.${permission}`)}</span>
        {instance !== null && isSharedResource(resource) && (
          <span className="text-muted">{t(`home.denied.on.${resource}`)}</span>
        )}
        <span className="text-sm text-muted">
          <RelativeTime at={at} />
        </span>
      </p>
      <p className="mt-1 flex flex-wrap gap-x-4">
        <RequestAccess
          permission={permission}
          roles={grantedBy.filter(isRole)}
          on={null}
          instance={instance ?? undefined}
          variant="text"
        />
        <WhyButton check={{ permission, on: instance ?? undefined }} />
      </p>
    </li>
  );
}
