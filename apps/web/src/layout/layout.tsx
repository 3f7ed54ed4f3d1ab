import { useRouteContext, useRouter } from '@tanstack/react-router';
import { CloudAlert, Menu } from 'lucide-react';
import {
  lazy,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ComponentProps,
  type ReactNode,
  type RefObject,
} from 'react';
import { useStreamState } from '../api/api.ts';
import { PermissionsProvider } from '../api/permissions.ts';
import { trpc } from '../api/trpc.ts';
import { leaveView, viewInTab } from '../auth/view-as.ts';
import { useTranslation } from '../i18n/use-translation.tsx';
import { wasReloadedForNewVersion } from '../new-version.ts';
import { RoleCountdown } from '../shared/role-ends.tsx';
import { ActingBar, ViewAsBar } from '../shared/view-as/view-as.tsx';
import { LazyPart, LazyPopup, LoadFailure, useLazyPopup, useOnline } from '../ui/lazy.tsx';
import { dismissFailure, NoticeBar, notify } from '../ui/notice.tsx';
import { PageSkeleton } from '../ui/skeletons.tsx';
import { Breadcrumb } from './breadcrumb.tsx';
import { useActiveOrganization, useIsRefused, useRenewTokenWithoutRole } from './organizations.ts';
import { PageGate, scopeOf } from './page-gate.tsx';
import { ToolsLoading } from './palette-button.tsx';
import { SlowNotice } from './pending-page.tsx';
import { PersonButton } from './person-button.tsx';
import { RequestSheetHost } from './request-sheet-host.tsx';
import { Sidebar } from './sidebar.tsx';

const Drawer = lazy(() => import('./drawer.tsx'));
const Tools = lazy(() => import('./tools.tsx'));
const NotAMember = lazy(() => import('./not-a-member.tsx'));
const Revoked = lazy(() => import('./revoked.tsx'));
/**
 * Loaded only with `?devtools` in the URL, so that the development server shows the console as users see it by default.
 * A production build drops the import together with the condition.
 */
const Devtools =
  import.meta.env.MODE === 'development' && new URLSearchParams(location.search).has('devtools')
    ? lazy(() => import('./devtools.tsx'))
    : undefined;

export function Layout(): ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const { auth, api, person } = useRouteContext({ from: '/console' });
  const organization = useActiveOrganization();
  const main = useFocusOnNavigation(organization);
  const menuButton = useRef<HTMLButtonElement>(null);
  const paletteAskedRef = useRef(false);
  const { popup: drawer, setOpen: setDrawerOpen } = useLazyPopup();

  // Another tab signed out or switched the user: this page's data must not stay visible.
  useEffect(
    () =>
      auth.onPersonChange(() => {
        void auth.person().then((now) => {
          if (now === null) location.assign('/');
          else if (now.key !== person.key) location.reload();
        });
      }),
    [auth, person.key],
  );
  useEffect(() => {
    if (wasReloadedForNewVersion()) notify({ tone: 'done', text: t('layout.newVersion') });
  }, [t]);
  useRenewTokenWithoutRole();
  const isRefused = useIsRefused();
  const sessionProblem = useSyncExternalStore(auth.session.subscribe, auth.session.problem);
  useEffect(() => {
    const stops = [
      api.queryClient.getMutationCache().subscribe(({ type }) => {
        if (type === 'added') dismissFailure();
      }),
      router.subscribe('onBeforeNavigate', ({ pathChanged }) => {
        if (pathChanged) dismissFailure();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [api, router]);
  useEffect(() => router.subscribe('onResolved', () => setDrawerOpen(false)), [router, setDrawerOpen]);

  return (
    // Remounts everything below for another organization, so that it is refetched.
    <PermissionsProvider
      key={organization}
      scope={scopeOf(person, organization)}
      ask={api.ask}
      subscribe={api.subscribe}
    >
      <a
        href="#main"
        className="fixed top-2 left-2 z-30 -translate-y-16 rounded-control bg-brass px-3 py-2 font-medium text-on-brass focus:translate-y-0 print:hidden"
      >
        {t('layout.skip')}
      </a>
      {viewInTab() !== undefined && (
        <LazyPart failed={<LoadFailure onClose={leaveView} />}>
          <ViewAsBar />
        </LazyPart>
      )}
      <Acting />
      <div className="md:grid md:grid-cols-[232px_minmax(0,1fr)] print:block">
        {/* Above the page, so that its menu covers sticky elements of the page. */}
        <div className="sticky top-(--bar) z-11 hidden h-[calc(100dvh-var(--bar))] border-r border-line bg-sunken/60 md:block print:hidden">
          <Sidebar />
        </div>
        <div className="flex min-h-[calc(100dvh-var(--bar))] min-w-0 flex-col print:block">
          <header className="sticky top-(--bar) z-10 flex h-14 items-center gap-2 border-b border-line bg-paper px-4 md:px-8 print:hidden">
            <button
              ref={menuButton}
              type="button"
              aria-label={t('layout.menu')}
              aria-haspopup="dialog"
              aria-expanded={drawer?.open === true}
              onClick={() => setDrawerOpen(true)}
              className="-ml-2 inline-flex size-10 items-center pointer-coarse:size-11 justify-center rounded-control text-muted hover:bg-sunken hover:text-ink md:hidden"
            >
              <Menu aria-hidden="true" className="size-5" />
            </button>
            {isRefused ? <div className="flex-1" /> : <Breadcrumb />}
            {/* The final width, to avoid a layout shift. */}
            <div className="flex w-19 shrink-0 justify-end gap-1 md:w-53 pointer-coarse:w-23 md:pointer-coarse:w-55">
              <LazyPart loading={<ToolsLoading askedRef={paletteAskedRef} />}>
                <Tools paletteAskedRef={paletteAskedRef} />
              </LazyPart>
            </div>
            <PersonButton />
          </header>
          <main
            ref={main}
            id="main"
            tabIndex={-1}
            className="mx-auto w-full max-w-[1264px] flex-1 px-4 py-6 md:px-8 md:py-8"
          >
            {isRefused ? (
              <LazyPart loading={<PageSkeleton />}>
                {sessionProblem === 'revoked' ? <Revoked /> : <NotAMember organization={organization} />}
              </LazyPart>
            ) : (
              <>
                <StreamNotice />
                <SlowNotice />
                <RequestSheetHost>
                  <RoleCountdown />
                  <PageGate />
                </RequestSheetHost>
              </>
            )}
          </main>
          <NoticeBar />
        </div>
      </div>
      <LazyPopup popup={drawer}>{(shown) => <Drawer {...shown} returnFocusTo={menuButton} />}</LazyPopup>
      {sessionProblem !== null && sessionProblem !== 'revoked' && (
        <SessionOver key={sessionProblem} problem={sessionProblem} />
      )}
      {Devtools !== undefined && (
        <LazyPart>
          <Devtools />
        </LazyPart>
      )}
    </PermissionsProvider>
  );
}

function Acting(): ReactNode {
  const { data: me } = trpc.session.me.useQuery(undefined, { enabled: !useIsRefused() });
  if (me?.acting == null) return null;
  return (
    <LazyPart failed={<LoadFailure onClose={() => location.reload()} />}>
      <ActingBar acting={me.acting} />
    </LazyPart>
  );
}

const SessionDialog = lazy(() => import('./session-dialog.tsx'));

/** The dialog itself controls when it closes. */
function SessionOver(props: ComponentProps<typeof SessionDialog>): ReactNode {
  const [isFailureShown, setFailureShown] = useState(true);
  return (
    <LazyPart failed={isFailureShown && <LoadFailure onClose={() => setFailureShown(false)} />}>
      <SessionDialog {...props} />
    </LazyPart>
  );
}

/** The live region is always in the document, because screen readers ignore one that is added with its text. */
function StreamNotice(): ReactNode {
  const { t } = useTranslation();
  const { api } = useRouteContext({ from: '/console' });
  const stream = useStreamState(api.streamState);
  const state = useOnline() ? stream : 'offline';
  const isHeard = state === 'open' || state === 'refused';
  return (
    <output className="block print:hidden">
      {!isHeard && (
        <span className="mb-4 flex items-start gap-2 rounded-card bg-unknown-wash px-4 py-3 text-unknown">
          <CloudAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          {t(`stream.${state}`)}
        </span>
      )}
    </output>
  );
}

/**
 * Moves focus to `<main>` when the path or the organization changes, as a page load would, so that screen readers and
 * the Tab key continue there. When only a filter changes, focus stays on the filter, and in a dialog that is still open
 * it stays there.
 */
function useFocusOnNavigation(organization: string | null): RefObject<HTMLElement | null> {
  const router = useRouter();
  const main = useRef<HTMLElement>(null);
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (!pathChanged || fromLocation === undefined) return;
        const focused = document.activeElement;
        // A page may have focused its first field.
        if (main.current?.contains(focused) === true) return;
        if (focused?.closest('[role="dialog"][data-open]') != null) return;
        main.current?.focus({ preventScroll: true });
      }),
    [router],
  );
  const shown = useRef(organization);
  useEffect(() => {
    if (shown.current !== organization) main.current?.focus({ preventScroll: true });
    shown.current = organization;
  }, [organization]);
  return main;
}
