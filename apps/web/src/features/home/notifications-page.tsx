import { Bell, CheckCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { useFailureNotice } from '../../shared/failure-notice.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { NotificationList } from './notification-list.tsx';
import { isViewing } from '../../auth/view-as.ts';
import { useGate } from '../../api/permissions.ts';

/** Changes of the user's access, and open requests for them to decide. */
export function NotificationsPage(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.notifications.list.useQuery();
  const problem = useProblem(query);
  const { data } = query;
  if (problem !== null) {
    return <Problem problem={problem} title={t('home.notifications.failed')} />;
  }
  return (
    <div className="max-w-3xl">
      <PageHeader
        title={t('home.notifications.title')}
        purpose={t('home.notifications.purpose')}
        actions={
          data?.some(({ isRead }) => !isRead) === true ? <MarkAll until={data[0]?.at ?? ''} /> : undefined
        }
      />
      {data === undefined ? (
        <RowsSkeleton />
      ) : data.length === 0 ? (
        <EmptyState
          icon={Bell}
          title={t('home.notifications.empty')}
          how={t('home.notifications.emptyHow')}
        />
      ) : (
        <NotificationList label={t('home.notifications.title')} items={data} />
      )}
      {data !== undefined && <MailChoices />}
    </div>
  );
}

/** Up to the newest one shown: later ones stay unread. */
function MarkAll({ until }: { readonly until: string }): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const mark = trpc.notifications.markAllRead.useMutation({
    onSuccess: () => utils.notifications.invalidate(),
    onError: (error) => notifyFailure(t('home.notifications.markFailed'), error),
  });
  return (
    <Button disabled={mark.isPending} onClick={() => mark.mutate({ until })} icon={CheckCheck}>
      {t('home.notifications.markAll')}
    </Button>
  );
}

/** The user's mail preferences. Hidden if the server sends no mail. */
function MailChoices(): ReactNode {
  const { t } = useTranslation();
  const isAllowed = useGate(trpc.requests.mails).state === 'allowed' && !isViewing();
  const { data = [] } = trpc.requests.mails.useQuery(undefined, { enabled: isAllowed });
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const choose = trpc.requests.chooseMail.useMutation({
    onError: (error) => notifyFailure(t('home.mail.failed'), error),
    onSettled: () => utils.requests.mails.invalidate(),
  });
  if (data.length === 0) return null;
  return (
    <fieldset className="mt-8">
      <legend className="text-md font-semibold">{t('home.mail.title')}</legend>
      <p className="text-muted">{t('home.mail.about')}</p>
      <div className="mt-2 divide-y divide-line rounded-card border border-line bg-surface">
        {data.map(({ kind, isWanted }) => (
          <label key={kind} className="flex min-h-11 items-center gap-3 px-4 py-2.5">
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-brass"
              // Optimistic while the change is pending.
              checked={
                choose.isPending && choose.variables.kind === kind ? choose.variables.isWanted : isWanted
              }
              onChange={({ target }) => choose.mutate({ kind, isWanted: target.checked })}
            />
            {t(`home.mail.kind.${kind}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
