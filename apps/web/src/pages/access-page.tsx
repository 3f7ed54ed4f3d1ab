import type { AppPermission, AppRole } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/trpc.ts';
import { Decision } from '../pieces/decision.tsx';
import { PageHeader } from '../pieces/page-header.tsx';
import { PermissionName } from '../pieces/permission-name.tsx';
import { Problem } from '../pieces/problem.tsx';
import { RoleBadge } from '../pieces/role-badge.tsx';
import { grantsOf, permissionsByResource, roles } from '../policy/grants.ts';

/** What I may do in the organization as a whole, by which role; and for the rest, which role has it. */
export function AccessPage(): ReactNode {
  const { t } = useTranslation();
  const { data: me, error, refetch } = trpc.session.me.useQuery();
  if (me === undefined && error !== null) {
    return <Problem error={error} title={t('access.failed')} onRetry={() => void refetch()} />;
  }
  const head = 'h-10 px-4 text-left text-sm font-medium text-muted';
  return (
    <>
      <PageHeader title={t('access.title')} purpose={t('access.purpose')} />
      {me?.roles.length === 0 && (
        <p className="mb-4 rounded-card bg-unknown-wash px-4 py-3 text-unknown">{t('access.none')}</p>
      )}
      <div className="overflow-clip rounded-card border border-line bg-surface" aria-busy={me === undefined}>
        <table className="w-full border-collapse">
          <caption className="sr-only">{t('access.title')}</caption>
          <thead className="hidden border-b border-line md:table-header-group">
            <tr>
              <th scope="col" className={head}>
                {t('access.permission')}
              </th>
              <th scope="col" className={`${head} w-64`}>
                {t('access.you')}
              </th>
              <th scope="col" className={`${head} w-80`}>
                {t('access.heldBy')}
              </th>
            </tr>
          </thead>
          {permissionsByResource.map((permissions) => (
            <tbody key={permissions[0]} className="border-b border-line last:border-b-0">
              {permissions.map((permission) => (
                <Row key={permission} permission={permission} me={me} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}

interface Me {
  readonly roles: readonly AppRole[];
  readonly permissions: readonly AppPermission[];
}

function Row({
  permission,
  me,
}: {
  readonly permission: AppPermission;
  readonly me: Me | undefined;
}): ReactNode {
  const cell = 'block px-4 py-1 first:pt-3 last:pb-3 md:table-cell md:h-11 md:py-1.5! md:align-middle';
  return (
    <tr className="border-b border-line last:border-b-0 md:border-b-0">
      <th scope="row" className={`${cell} text-left font-normal`}>
        <PermissionName permission={permission} />
      </th>
      <td className={cell}>
        {me === undefined ? (
          <span className="skeleton inline-block h-4 w-28 align-middle" />
        ) : (
          <Decision outcome={outcomeOf(permission, me)} />
        )}
      </td>
      <td className={cell}>
        <ul className="flex flex-wrap gap-1.5">
          {roles
            .filter((role) => grantsOf[role].has(permission))
            .map((role) => (
              <li key={role}>
                <RoleBadge role={role} />
              </li>
            ))}
        </ul>
      </td>
    </tr>
  );
}

/** The server's answer decides; the policy only explains by which role. */
function outcomeOf(permission: AppPermission, { roles: held, permissions }: Me) {
  if (!permissions.includes(permission)) return { state: 'denied' } as const;
  return { state: 'allowed', by: held.find((role) => grantsOf[role].has(permission)) } as const;
}
