import { Link } from '@tanstack/react-router';
import {
  CircleCheck,
  CircleX,
  Eye,
  Hourglass,
  Inbox,
  KeyRound,
  ListChecks,
  UserMinus,
  UserPlus,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { InstanceLink } from '../../shared/instance-link.tsx';
import { usePersonName } from '../../shared/person.tsx';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { dateFormat } from '../../ui/format-time.ts';
import { RelativeTime } from '../../ui/time.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { isSharedResource } from '../../policy.ts';

export type Notification = Outputs['notifications']['list'][number];

const icons: Readonly<Record<Notification['kind'], LucideIcon>> = {
  approved: CircleCheck,
  refused: CircleX,
  'role-given': UserPlus,
  'role-taken': UserMinus,
  'share-given': UserPlus,
  'share-taken': UserMinus,
  'role-ended': KeyRound,
  'viewed-as': Eye,
  'ends-soon': Hourglass,
  'to-decide': Inbox,
  'to-review': ListChecks,
};

export function NotificationList(props: {
  readonly label: string;
  readonly items: readonly Notification[];
}): ReactNode {
  const utils = trpc.useUtils();
  const mark = trpc.notifications.markRead.useMutation({
    onSuccess: () => utils.notifications.invalidate(),
  });
  return (
    <ul aria-label={props.label} className="divide-y divide-line rounded-card border border-line bg-surface">
      {props.items.map((one) => (
        <NotificationRow
          key={one.id}
          notification={one}
          onOpen={() => !one.isRead && mark.mutate({ ids: [one.id] })}
        />
      ))}
    </ul>
  );
}

function NotificationRow(props: {
  readonly notification: Notification;
  readonly onOpen: () => void;
}): ReactNode {
  const { notification, onOpen } = props;
  const { t, i18n } = useTranslation();
  const personName = usePersonName();
  const what = useWhat();
  const { kind, by, roles, on, at, endsAt, isRead } = notification;
  const Icon = icons[kind];
  const date =
    endsAt === null
      ? ''
      : dateFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(endsAt));
  const values = { what: what(roles, on), date, title: on?.title ?? '' };
  return (
    <li className="relative flex items-start gap-3 px-4 py-3 first:rounded-t-card last:rounded-b-card hover:bg-sunken/60">
      <Icon aria-hidden="true" className={`mt-0.5 size-4 shrink-0 ${isRead ? 'text-muted' : 'text-info'}`} />
      <div className="min-w-0 flex-1">
        <Target notification={notification} onOpen={onOpen}>
          {by === null
            ? t(`home.itself.${kind}`, values)
            : t(`home.by.${kind}`, { ...values, name: personName(by) })}
        </Target>
        <p className="text-sm text-muted">
          <RelativeTime at={at} />
        </p>
      </div>
      {!isRead && (
        <span className="mt-1.5 inline-flex shrink-0">
          <span aria-hidden="true" className="size-2 rounded-full bg-info forced-colors:bg-[Highlight]" />
          <span className="sr-only">{t('home.notifications.unread')}</span>
        </span>
      )}
    </li>
  );
}

function Target(props: {
  readonly notification: Notification;
  readonly onOpen: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { notification, onOpen, children } = props;
  const { kind, request, on, isRead } = notification;
  const link = {
    onClick: onOpen,
    className: `wrap-anywhere after:absolute after:inset-0 ${isRead ? '' : 'font-medium'}`,
  };
  if (kind === 'to-decide' && request !== null)
    return (
      <Link to="/requests/$requestId" params={{ requestId: request }} {...link}>
        {children}
      </Link>
    );
  if (on?.resource === 'reviews')
    return (
      <Link to="/reviews/$reviewId" params={{ reviewId: on.id }} {...link}>
        {children}
      </Link>
    );
  if (on !== null && isSharedResource(on.resource) && on.title !== null)
    return (
      <InstanceLink bare resource={on.resource} id={on.id} {...link}>
        {children}
      </InstanceLink>
    );
  return (
    <Link to="/access" {...link}>
      {children}
    </Link>
  );
}

/** A role as part of a text: `the role “Reader” on “Q4 review”`. */
export function useWhat(): (
  roles: readonly string[],
  on: { readonly resource: string; readonly title: string | null } | null,
) => string {
  const { t, i18n } = useTranslation();
  return (roles, on) => {
    const names = roles.map((role) => roleName(role, on === null ? 'organization' : 'instance', t));
    const role = i18n.list(names);
    if (on === null || !isSharedResource(on.resource)) return t('home.what.role', { role });
    return on.title === null
      ? t(`home.what.somewhere.${on.resource}`, { role })
      : t('home.what.on', { role, title: on.title });
  };
}
