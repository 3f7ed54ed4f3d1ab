import { Link } from '@tanstack/react-router';
import { Bell as BellIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { trpc } from '../api/trpc.ts';
import { useIsRefused } from './organizations.ts';

/** Links to the notifications, with the number of unread ones. Updated by the stream of changes. */
export function Bell(): ReactNode {
  const { t } = useTranslation();
  const { data: count = 0 } = trpc.notifications.unread.useQuery(undefined, { enabled: !useIsRefused() });
  return (
    <Link
      to="/notifications"
      className="relative inline-flex size-9 shrink-0 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink aria-[current=page]:text-ink pointer-coarse:size-11"
    >
      <BellIcon aria-hidden="true" className="size-4" />
      <span className="sr-only">{t('layout.notifications', { count })}</span>
      {count > 0 && (
        <span
          aria-hidden="true"
          className="absolute top-0.5 right-0 min-w-4 rounded-full border border-line bg-surface px-1 text-center text-[0.625rem] leading-3.5 font-semibold text-ink tabular-nums"
        >
          {count}
        </span>
      )}
    </Link>
  );
}
