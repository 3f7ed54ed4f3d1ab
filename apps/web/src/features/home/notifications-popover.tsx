import { Popover } from '@base-ui/react/popover';
import { Bell, CheckCheck, X } from 'lucide-react';
import { useState, type ComponentProps, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { focusMain } from '../../ui/focus-main.ts';
import { ShowMore } from '../../ui/show-more.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import type { Notifications } from '../../layout/notifications.ts';
import { Card, CardSkeleton } from './card.tsx';
import { NotificationList } from './notification-list.tsx';
import { isViewing } from '../../auth/view-as.ts';
import { useGate } from '../../api/permissions.ts';

const step = 10;

export default function NotificationsPopover(props: ComponentProps<Notifications>): ReactNode {
  const { open, onClose, button, container } = props;
  const { t } = useTranslation();
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next, { event }) => {
        // The bell handles its own clicks.
        const isOnBell = event.target instanceof Node && button.current?.contains(event.target) === true;
        if (!next && !isOnBell) onClose();
      }}
    >
      <Popover.Portal container={container}>
        <Popover.Positioner
          anchor={button}
          align="end"
          sideOffset={10}
          collisionPadding={0}
          // A long list scrolls, and never covers the top bar.
          collisionAvoidance={{ side: 'none', align: 'shift', fallbackAxisSide: 'none' }}
          className="z-20 outline-none"
        >
          <Popover.Popup
            finalFocus={button}
            aria-label={t('home.notifications.title')}
            className="max-h-(--available-height) w-[min(27rem,100vw)] sm:max-h-[min(40rem,calc(var(--available-height)-1rem))] overflow-y-auto overscroll-contain border border-line bg-paper p-4 shadow-float outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0 max-sm:h-(--available-height) max-sm:border-x-0 sm:rounded-card"
          >
            <Content />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Mounted each time the popover opens. */
function Content(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.notifications.list.useQuery();
  const problem = useProblem(query);
  const [shown, setShown] = useState(step);
  const { data } = query;
  return (
    <>
      <Card
        title={t('home.notifications.title')}
        problem={problem}
        action={
          <span className="ml-auto flex items-center gap-1">
            {data?.some(({ isRead }) => !isRead) === true && <MarkAll until={data[0]?.at ?? ''} />}
            <Popover.Close
              aria-label={t('home.notifications.close')}
              className="inline-flex size-9 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:size-11"
            >
              <X aria-hidden="true" className="size-4" />
            </Popover.Close>
          </span>
        }
      >
        {data === undefined ? (
          <CardSkeleton />
        ) : data.length === 0 ? (
          <EmptyState
            icon={Bell}
            title={t('home.notifications.empty')}
            how={t('home.notifications.emptyHow')}
          />
        ) : (
          <>
            <NotificationList label={t('home.notifications.title')} items={data.slice(0, shown)} />
            <ShowMore
              query={{
                hasNextPage: data.length > shown,
                isFetchingNextPage: false,
                fetchNextPage: () => setShown(shown + step),
              }}
            />
            <p className="mt-3 text-sm text-muted">{t('home.notifications.limit')}</p>
          </>
        )}
      </Card>
      {data !== undefined && <MailChoices />}
    </>
  );
}

/** Later notifications stay unread. */
function MarkAll({ until }: { readonly until: string }): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const mark = trpc.notifications.markAllRead.useMutation({
    onSuccess: () => utils.notifications.invalidate(),
    onError: (error) => notifyFailure(t('home.notifications.markFailed'), error),
  });
  return (
    <Button
      variant="quiet"
      disabled={mark.isPending}
      onClick={(event) => {
        focusMain(event);
        mark.mutate({ until });
      }}
      icon={CheckCheck}
    >
      {t('home.notifications.markAll')}
    </Button>
  );
}

/** Hidden if the server sends no mail. */
function MailChoices(): ReactNode {
  const { t } = useTranslation();
  const isAllowed = useGate(trpc.requests.mails).state === 'allowed' && !isViewing();
  const { data = [] } = trpc.requests.mails.useQuery(undefined, { enabled: isAllowed });
  if (data.length === 0) return null;
  return (
    <fieldset className="mt-6">
      <legend className="text-md font-semibold">{t('home.mail.title')}</legend>
      <p className="text-muted">{t('home.mail.about')}</p>
      <div className="mt-2 divide-y divide-line rounded-card border border-line bg-surface">
        {data.map((choice) => (
          <MailChoice key={choice.kind} {...choice} />
        ))}
      </div>
    </fieldset>
  );
}

/** One mail preference. It has its own mutation, so that its optimistic value lasts until its own refetch has ended. */
function MailChoice({ kind, isWanted }: Outputs['requests']['mails'][number]): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const choose = trpc.requests.chooseMail.useMutation({
    scope: { id: 'mails' },
    onError: (error) => notifyFailure(t('home.mail.failed'), error),
    onSettled: () => utils.requests.mails.invalidate(),
  });
  return (
    <label className="flex min-h-11 items-center gap-3 px-4 py-2.5">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-brass"
        checked={choose.isPending ? choose.variables.isWanted : isWanted}
        onChange={({ target }) => choose.mutate({ kind, isWanted: target.checked })}
      />
      {t(`home.mail.kind.${kind}`)}
    </label>
  );
}
