import { Link } from '@tanstack/react-router';
import { CloudAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { apiErrorOf } from '../api/api-error.ts';
import { retryInterval } from '../api/query-client.ts';
import { trpc } from '../api/trpc.ts';
import { useProblem } from '../api/use-problem.ts';
import { Logo } from '../shared/logo.tsx';
import { RoleBadge } from '../shared/role-badge.tsx';
import { OrganizationButton } from './organization-button.tsx';
import { SidebarEntries } from './sidebar-entries.tsx';
import { useActiveOrganization, useIsRefused } from './organizations.ts';

/** The organization, the pages that the user can open, and the user's roles. */
export function Sidebar(): ReactNode {
  const { t } = useTranslation();
  const organization = useActiveOrganization();
  const isRefused = useIsRefused();
  // A new account gets its first role within seconds.
  const me = trpc.session.me.useQuery(undefined, {
    enabled: !isRefused,
    refetchInterval: ({ state: { data, error } }) =>
      error !== null || data?.roles.length === 0 ? retryInterval : false,
  });
  const problem = useProblem(me);
  return (
    <nav aria-label={t('layout.navigation')} className="flex h-full flex-col gap-4 p-3">
      {/* Links to the home page; the list below marks the current page. */}
      <Link
        to="/"
        activeOptions={{ exact: true }}
        className="flex h-8 items-center gap-2 rounded-control px-2 text-md font-medium"
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
