import { Link } from '@tanstack/react-router';
import { Building2, FileText, FolderSync, KeyRound, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { healing } from '../api/api.ts';
import { trpc } from '../api/trpc.ts';
import { useGate } from '../permissions.ts';
import { Mark } from '../components/logo.tsx';
import { RoleBadge } from '../components/role-badge.tsx';

/** Where one is (the organization), where one may go, and as what (the roles). */
export function RailContent(): ReactNode {
  const { t } = useTranslation();
  // A new account's first role is on its way.
  const me = trpc.session.me.useQuery(undefined, {
    refetchInterval: ({ state: { data, error } }) =>
      error !== null || data?.roles.length === 0 ? healing : false,
  });
  // Sync is the installation's: in another organization even an administrator finds nothing there.
  const maySync = useGate(trpc.sync.status).state === 'allowed' && me.data?.tenant === 'default';
  return (
    <nav aria-label={t('frame.navigation')} className="flex h-full flex-col gap-4 p-3">
      <Link to="/reports" className="flex h-8 items-center gap-2 rounded-control px-2 text-md font-medium">
        <Mark size={22} />
        {t('brand')}
      </Link>
      <div className="flex items-center gap-2.5 rounded-control border border-line bg-surface px-2.5 py-2">
        <Building2 aria-hidden="true" className="size-4 shrink-0 text-muted" />
        <div className="min-w-0">
          <p className="text-xs text-muted">{t('frame.organization')}</p>
          <p className="truncate font-medium">
            {me.data === undefined ? (
              <span className="skeleton inline-block h-4 w-28 align-middle" />
            ) : me.data.tenant === 'default' ? (
              t('frame.defaultOrganization')
            ) : (
              me.data.tenant
            )}
          </p>
        </div>
      </div>
      <ul className="flex flex-col gap-0.5">
        <li>
          <RailLink to="/reports" icon={FileText} label={t('frame.reports')} />
        </li>
        <li>
          <RailLink to="/access" icon={KeyRound} label={t('frame.access')} />
        </li>
        {maySync && (
          <li>
            <RailLink to="/sync" icon={FolderSync} label={t('frame.sync')} />
          </li>
        )}
      </ul>
      {me.data !== undefined && (
        <div className="mt-auto border-t border-line px-2 pt-3 pb-1">
          <p className="mb-2 text-xs text-muted">{t('frame.yourRoles')}</p>
          {me.data.roles.length === 0 ? (
            <p className="text-sm">{t('frame.noRole')}</p>
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

function RailLink({
  to,
  icon: Icon,
  label,
}: {
  to: '/reports' | '/access' | '/sync';
  icon: LucideIcon;
  label: string;
}): ReactNode {
  return (
    <Link
      to={to}
      className="group flex h-9 items-center pointer-coarse:h-11 gap-2.5 rounded-control px-2.5 font-medium text-muted transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-brass-wash aria-[current=page]:text-ink"
    >
      <Icon aria-hidden="true" className="size-4 group-aria-[current=page]:text-brass-ink" />
      {label}
    </Link>
  );
}
