import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AppPermission } from '@latchkey/policy';
import { Minus, ArrowRight, Check } from 'lucide-react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { PageHeader, Section } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { textAction } from '../../ui/button.tsx';
import { AccessTabs } from './access-tabs.tsx';
import { AskableRoles } from './askable-roles.tsx';
import { useGate } from '../../api/permissions.ts';
import { OwnRequests } from '../../shared/request-access/own-requests.tsx';
import { isShown, groupByResource, isReportRole } from '../../policy.ts';
import { PermissionList } from '../../shared/request-access/permission-list.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import type { Access } from '../../shared/request-access/use-approvers-text.ts';

const instancesLink =
  'inline-flex items-center gap-1 font-medium text-brass-ink underline-offset-4 hover:underline pointer-coarse:min-h-11';

function HeldPermissions({ access }: { readonly access: Access }): ReactNode {
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
                  <Link
                    to="/reports"
                    search={resource === 'reports' ? { role } : {}}
                    className={instancesLink}
                  >
                    {t(`access.${resource === 'reports' ? 'onReports' : 'onCollections'}.${role}`, { count })}
                    <ArrowRight aria-hidden="true" className="size-4" />
                  </Link>
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
      {t('access.through', { count: roles.length })}
      {roles.map((role) => (
        <RoleBadge key={role} role={role} />
      ))}
    </span>
  );
}

function AccessSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className="flex flex-col gap-6 md:gap-8">
      {[1, 5].map((rows) => (
        <div key={rows}>
          <span className="skeleton block h-6 w-40" />
          <span className="skeleton mt-1 block h-4 w-64" />
          <div className="mt-2 rounded-card border border-line bg-surface px-4 py-3">
            {Array.from({ length: rows }, (_, row) => (
              <span key={row} className="skeleton my-2 block h-4 w-3/5" />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

export function AccessPage(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.session.access.useQuery();
  const problem = useProblem(query);
  const mayAsk = useGate(trpc.requests.mine, undefined).state === 'allowed';
  const access = query.data;
  if (problem !== null) {
    return <Problem problem={problem} title={t('access.failed')} />;
  }
  return (
    <div className="max-w-3xl">
      <PageHeader
        title={t('access.title')}
        // A phone shows the permissions and the roles on one screen; its menu leads to the check.
        purpose={
          <span className="max-sm:hidden">
            {t('access.purpose')}{' '}
            <Link to="/why" className={textAction}>
              {t('access.tryCheck')}
            </Link>
          </span>
        }
      />
      <AccessTabs />
      {access === undefined ? (
        <AccessSkeleton />
      ) : (
        <div className="flex flex-col gap-6 md:gap-8">
          <HeldPermissions access={access} />
          <AskableRoles access={access} />
          {mayAsk && <OwnRequests />}
          <OutOfPlace permissions={access.elsewhere} />
        </div>
      )}
    </div>
  );
}

/** Permissions that no role in this organization grants. */
function OutOfPlace({ permissions }: { readonly permissions: readonly AppPermission[] }): ReactNode {
  const { t } = useTranslation();
  const shown = permissions.filter(isShown);
  if (shown.length === 0) return null;
  return (
    <Section title={t('access.elsewhere')} about={t('access.elsewhereWhy')}>
      <div className="px-4 py-2.5">
        <PermissionList permissions={shown} icon={Minus} tone="neutral" />
      </div>
    </Section>
  );
}
