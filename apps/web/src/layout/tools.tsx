import { useLocation, useNavigate, useRouteContext } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { LazyPopup, preload } from '../ui/lazy.tsx';
import { PaletteButton } from './palette-button.tsx';
import { Bell as BellIcon } from 'lucide-react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { trpc } from '../api/trpc.ts';
import { notificationsHash } from './notifications.ts';
import { useIsRefused } from './organizations.ts';

/** Loaded after the page, which is usable without them. */
export default function Tools(props: { readonly paletteAskedRef: RefObject<boolean> }): ReactNode {
  const { auth } = useRouteContext({ from: '/console' });
  // Preloads Logto's client, because a token expires within the hour. If this fails, it is loaded on demand.
  useEffect(() => preload(auth.prepare), [auth]);
  return (
    <>
      <PaletteButton askedRef={props.paletteAskedRef} />
      <Bell />
    </>
  );
}

function Bell(): ReactNode {
  const { t } = useTranslation();
  const { Notifications } = useRouteContext({ from: '/console' });
  const navigate = useNavigate();
  const { data: count = 0 } = trpc.notifications.unread.useQuery(undefined, { enabled: !useIsRefused() });
  const isOpen = useLocation({ select: ({ hash }) => hash === notificationsHash });
  const [wasOpened, setWasOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setWasOpened(true);
  const button = useRef<HTMLButtonElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const setOpen = (open: boolean): void =>
    void navigate({
      to: '.',
      search: true,
      hash: open ? notificationsHash : '',
      replace: true,
      resetScroll: false,
    });
  return (
    <div ref={place}>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="relative inline-flex size-9 shrink-0 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink aria-expanded:text-ink pointer-coarse:size-11"
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
      </button>
      <LazyPopup popup={wasOpened ? { open: isOpen, onClose: () => setOpen(false) } : null}>
        {(shown) => <Notifications {...shown} button={button} container={place} />}
      </LazyPopup>
    </div>
  );
}
