import { Link } from '@tanstack/react-router';
import { CloudAlert, Building2, ChevronsUpDown } from 'lucide-react';
import { type ReactNode, lazy, useState } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { apiErrorOf } from '../api/api-error.ts';
import { retryInterval } from '../api/query-client.ts';
import { trpc } from '../api/trpc.ts';
import { useProblem } from '../api/use-problem.ts';
import { Logo } from '../shared/logo.tsx';
import { RoleBadge } from '../shared/role-badge.tsx';
import { SidebarEntries } from './sidebar-entries.tsx';
import { useActiveOrganization, useIsRefused, useOrganizations } from './organizations.ts';
import type { Organization } from '../auth/organization.ts';
import { LazyPopup } from '../ui/lazy.tsx';
import { useMenu } from '../ui/menu-button.ts';

const loadMenu = () => import('./organization-menu.tsx');
const OrganizationMenu = lazy(loadMenu);

function OrganizationButton(): ReactNode {
  const { t } = useTranslation();
  const active = useActiveOrganization();
  const [asked, setAsked] = useState(false);
  const organizations = useOrganizations({ enabled: asked || active !== null });
  const { button, menu, container } = useMenu(() => {
    setAsked(true);
    return loadMenu();
  });
  const name = useKnownName(active, organizations.data);
  return (
    <div ref={container}>
      <button
        type="button"
        {...button}
        className="flex w-full items-center gap-2.5 rounded-control border border-line bg-surface px-2.5 py-2 text-left hover:bg-sunken"
      >
        <Building2 aria-hidden="true" className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <span className="block text-xs text-muted">{t('layout.organization')}</span>
          <span className="block truncate font-medium" title={name}>
            {active === null ? (
              t('layout.defaultOrganization')
            ) : name === undefined && organizations.isPending ? (
              <span className="skeleton inline-block h-4 w-28 align-middle" />
            ) : (
              (name ?? t(organizations.isError ? 'layout.unknownOrganization' : 'layout.notYourOrganization'))
            )}
          </span>
        </span>
        <ChevronsUpDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
        <span className="sr-only">{t('layout.switchOrganization')}</span>
      </button>
      <LazyPopup popup={menu}>
        {(shown) => <OrganizationMenu menu={shown} organizations={organizations} />}
      </LazyPopup>
    </div>
  );
}

/** The name of an organization, or its last known name after the user was removed from it. */
function useKnownName(
  active: string | null,
  organizations: readonly Organization[] = [],
): string | undefined {
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const listed = organizations.find(({ id }) => id === active)?.name;
  if (active === null) return undefined;
  if (listed !== undefined && known.get(active) !== listed) setKnown(new Map([...known, [active, listed]]));
  return listed ?? known.get(active);
}

export function Sidebar(): ReactNode {
  const { t } = useTranslation();
  const organization = useActiveOrganization();
  const isRefused = useIsRefused();
  // Polls while a new account has no role, which it gets within seconds.
  const me = trpc.session.me.useQuery(undefined, {
    enabled: !isRefused,
    refetchInterval: ({ state: { data, error } }) =>
      error !== null || data?.roles.length === 0 ? retryInterval : false,
  });
  const problem = useProblem(me);
  return (
    <nav aria-label={t('layout.navigation')} className="flex h-full flex-col gap-4 overflow-y-auto p-3">
      <Link
        to="/"
        activeOptions={{ exact: true }}
        className="flex h-8 shrink-0 items-center gap-2 self-start rounded-control px-2 text-md font-medium"
      >
        <Logo size={22} />
        {t('brand')}
      </Link>
      <OrganizationButton />
      <ul className="flex flex-col gap-0.5">
        {!isRefused && <SidebarEntries inDefaultOrganization={organization === null} />}
      </ul>
      {problem !== null && apiErrorOf(problem.error).kind === 'undecided' && (
        <p className="mt-auto flex items-start gap-2 border-t border-line px-2 pt-3 pb-1 text-sm text-unknown">
          <CloudAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          {t('layout.unchecked')}
        </p>
      )}
      {me.data !== undefined && (
        <div className="mt-auto border-t border-line px-2 pt-3 pb-1">
          <p className="mb-2 text-xs text-muted">{t('layout.yourRoles')}</p>
          {me.data.roles.length === 0 ? (
            <p className="text-sm">{t('layout.noRole')}</p>
          ) : (
            <ul className="flex flex-wrap gap-1.5">
              {me.data.roles.map((role) => (
                <li key={role}>
                  <RoleBadge role={role} />
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </nav>
  );
}
