import { useQueryClient } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { Eye, UserRoundCheck, type LucideIcon } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { leaveView, isViewing, stillSignedIn, viewKey } from '../../auth/view-as.ts';
import { isRole } from '../../policy.ts';
import { notify } from '../../ui/notice.tsx';
import { useNow } from '../../ui/time.tsx';
import { endView } from './use-start-view.ts';
import { nameOf } from '../person.tsx';

/** After the view, shows one notice that it has ended. */
export function ViewAsBar(): ReactNode {
  return isViewing() ? <Bar /> : <Ended />;
}

function Ended(): ReactNode {
  const { t } = useTranslation();
  useEffect(() => {
    const isSignedIn = sessionStorage.getItem(viewKey) === stillSignedIn;
    sessionStorage.removeItem(viewKey);
    notify(
      isSignedIn
        ? { tone: 'failed', text: t('layout.signOutFailed') }
        : { tone: 'done', text: t('viewAs.ended') },
    );
  }, [t]);
  return null;
}

function Bar(): ReactNode {
  const { t } = useTranslation();
  const { api } = useRouteContext({ from: '/console' });
  const { data: view, dataUpdatedAt } = trpc.viewAs.current.useQuery();
  const now = useNow(1_000);
  const seconds =
    view == null ? undefined : Math.max(0, Math.floor((dataUpdatedAt + view.left - now) / 1_000));
  const [isEnding, setEnding] = useState(false);
  const end = async (): Promise<void> => {
    setEnding(true);
    await endView(api);
    leaveView();
  };
  useReadOnlyNotice();
  useEffect(() => {
    // The view has expired on the server.
    if (seconds === 0) leaveView();
  }, [seconds]);
  const target = view?.target;
  const role = target?.kind === 'role' && isRole(target.role) ? t(`role.${target.role}`) : '';
  const name = target?.kind === 'person' ? nameOf(target) : '';
  return (
    <ConsoleBar
      label={t('viewAs.bar')}
      icon={Eye}
      end={
        <>
          {seconds !== undefined && <TimeLeft seconds={seconds} />}
          <button
            type="button"
            disabled={isEnding}
            onClick={() => void end()}
            className="inline-flex h-9 shrink-0 items-center rounded-control border border-current px-3 font-medium hover:bg-paper hover:text-info focus-visible:outline-current disabled:opacity-60 pointer-coarse:h-10"
          >
            {t('viewAs.end')}
          </button>
        </>
      }
    >
      {target !== undefined && (
        <>
          <b className="font-semibold max-md:hidden">
            {target.kind === 'role' ? t('viewAs.role', { role }) : t('viewAs.person', { name })}
          </b>
          <b className="font-semibold md:hidden">
            {target.kind === 'role' ? t('viewAs.asTheRole', { role }) : t('viewAs.asSomebody', { name })}
          </b>
          <span className="max-md:sr-only">
            {' '}
            {t(target.kind === 'role' ? 'viewAs.onlyRole' : 'viewAs.readOnly')}
          </span>
        </>
      )}
    </ConsoleBar>
  );
}

/** Shows the same message on every page when the server refuses a change because the user is in a view. */
function useReadOnlyNotice(): void {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  useEffect(
    () =>
      queryClient.getMutationCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error') return;
        if (errorCodeOf(event.action.error) === 'VIEW_AS_READ_ONLY')
          notify({ tone: 'failed', text: t('error.code.VIEW_AS_READ_ONLY') });
      }),
    [queryClient, t],
  );
}

/** The timer is visual only; screen readers announce the time at the start and a minute before the end. */
function TimeLeft({ seconds }: { readonly seconds: number }): ReactNode {
  const { t } = useTranslation();
  const [began] = useState(() => Math.max(1, Math.round(seconds / 60)));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <>
      <span aria-hidden="true" className="shrink-0 tabular-nums">
        <span className="sm:hidden">{time}</span>
        <span className="max-sm:hidden">{t('viewAs.left', { time })}</span>
      </span>
      <output className="sr-only">{t('viewAs.minutes', { count: seconds <= 60 ? 1 : began })}</output>
    </>
  );
}

type Acting = NonNullable<Outputs['session']['me']['acting']>;

export function ActingBar({ acting }: { readonly acting: Acting }): ReactNode {
  const { t, i18n } = useTranslation();
  const by = i18n.list(acting.by.map(nameOf));
  return (
    <ConsoleBar label={t('viewAs.actingBar')} icon={UserRoundCheck}>
      <b className="font-semibold">{t('viewAs.acting', { name: nameOf(acting.as), by })}</b>
      <span className="max-md:sr-only"> {t('viewAs.actingLimits')}</span>
    </ConsoleBar>
  );
}

/** A bar on every page that names the user whose console is shown. `styles.css` reserves its space. */
function ConsoleBar(props: {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly children: ReactNode;
  readonly end?: ReactNode;
}): ReactNode {
  const { label, icon: Icon, children, end } = props;
  return (
    <section
      id="view-as"
      aria-label={label}
      className="sticky top-0 z-20 flex h-(--bar) items-center gap-3 bg-info px-4 text-paper md:px-8 print:static forced-colors:border-b-4 forced-colors:border-[Highlight]"
    >
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      <p className="line-clamp-2 min-w-0 flex-1 leading-snug wrap-anywhere max-md:text-sm">{children}</p>
      {end}
    </section>
  );
}
