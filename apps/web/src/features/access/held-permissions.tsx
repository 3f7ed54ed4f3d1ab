import { Link } from '@tanstack/react-router';
import { ArrowRight, Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { groupByResource, isReportRole, isShown } from '../../policy.ts';
import type { Access } from './use-approvers-text.ts';
import { Section } from '../../ui/section.tsx';
import { PermissionList } from './permission-list.tsx';

const instancesLink =
  'inline-flex items-center gap-1 font-medium text-brass-ink underline-offset-4 hover:underline pointer-coarse:min-h-11';

/** The user's permissions by resource: first in the organization, then on individual instances. */
export function HeldPermissions({ access }: { readonly access: Access }): ReactNode {
  const { t } = useTranslation();
  const { roles, permissions, onInstances } = access;
  const added = onInstances.flatMap(({ role, ...held }) => {
    const shown = held.permissions.filter(isShown);
    return isReportRole(role) && shown.length > 0 ? [{ ...held, role, shown }] : [];
  });
  const groups = groupByResource([...permissions, ...added.flatMap(({ shown }) => shown)]);
  if (groups.length === 0) {
    return (
      <Section title={t('access.may')}>
        <p className="px-4 py-3 text-muted">{t(roles.length === 0 ? 'access.noRole' : 'access.nothing')}</p>
      </Section>
    );
  }
  return (
    <Section title={t('access.may')} about={<Roles roles={roles} />}>
      {groups.map(({ resource, permissions: ofResource }) => (
        <div key={resource} className="px-4 py-2.5 md:grid md:grid-cols-[11rem_minmax(0,1fr)] md:gap-4">
          <h3 className="text-sm leading-6 text-muted max-md:sr-only">{t(`resource.${resource}`)}</h3>
          <div className="flex flex-col gap-1.5">
            <PermissionList
              permissions={ofResource.filter((permission) => permissions.includes(permission))}
              icon={Check}
              tone="allowed"
            />
            {added
              .filter((held) => held.resource === resource)
              .map(({ role, count, shown }) => (
                <div key={role}>
                  {resource === 'reports' ? (
                    <Link to="/reports" search={{ role }} className={instancesLink}>
                      {t(`access.onReports.${role}`, { count })}
                      <ArrowRight aria-hidden="true" className="size-4" />
                    </Link>
                  ) : (
                    <Link to="/collections" className={instancesLink}>
                      {t(`access.onCollections.${role}`, { count })}
                      <ArrowRight aria-hidden="true" className="size-4" />
                    </Link>
                  )}
                  <PermissionList permissions={shown} icon={Check} tone="allowed" />
                </div>
              ))}
          </div>
        </div>
      ))}
    </Section>
  );
}

function Roles({ roles }: { readonly roles: Access['roles'] }): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return t('access.noTenantRole');
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      {t('access.through')}
      {roles.map((role) => (
        <RoleBadge key={role} role={role} />
      ))}
    </span>
  );
}
