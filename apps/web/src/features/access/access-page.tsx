import type { AppPermission, AppRole } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { apiErrorOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Decision, type Outcome } from '../../components/decision.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { PermissionName } from '../../components/permission-name.tsx';
import { Problem } from '../../components/problem.tsx';
import { RoleBadge } from '../../components/role-badge.tsx';
import { grantsOf, permissionsByResource, roles } from '../../policy.ts';
import { tableFrame, tableHead } from '../../components/table-style.ts';

/**
 * The permissions of the signed-in person in the organization, the role that grants each, and the roles that have the
 * others. The policy is part of the app, so the table is shown even while the person's permissions cannot be checked.
 */
export function AccessPage(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.session.me.useQuery();
  const problem = useProblem(query);
  const me = query.data;
  const undecided = problem !== null && apiErrorOf(problem.error).kind === 'undecided';
  if (problem !== null && !undecided) {
    return <Problem error={problem.error} title={t('access.failed')} onRetry={problem.retry} />;
  }
  const outcomeOf = (permission: AppPermission): Outcome =>
    me === undefined ? { state: undecided ? 'unavailable' : 'unknown' } : decide(permission, me);
  return (
    <>
      <PageHeader title={t('access.title')} purpose={t('access.purpose')} />
      {me?.roles.length === 0 && (
        <p className="mb-4 rounded-card bg-unknown-wash px-4 py-3 text-unknown">{t('access.none')}</p>
      )}
      <div className={tableFrame} aria-busy={me === undefined}>
        <table className="w-full border-collapse">
          <caption className="sr-only">{t('access.title')}</caption>
          <thead className="hidden md:table-header-group">
            <tr>
              <th scope="col" className={tableHead}>
                {t('access.permission')}
              </th>
              <th scope="col" className={`${tableHead} w-64`}>
                {t('access.you')}
              </th>
              <th scope="col" className={`${tableHead} w-80`}>
                {t('access.heldBy')}
              </th>
            </tr>
          </thead>
          {permissionsByResource.map((permissions) => (
            <tbody key={permissions[0]} className="border-b border-line last:border-b-0">
              {permissions.map((permission) => (
                <Row key={permission} permission={permission} outcome={outcomeOf(permission)} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}

function Row(props: { readonly permission: AppPermission; readonly outcome: Outcome }): ReactNode {
  const { permission, outcome } = props;
  const cell = 'block px-4 py-1 first:pt-3 last:pb-3 md:table-cell md:h-11 md:py-1.5! md:align-middle';
  return (
    <tr className="border-b border-line last:border-b-0 md:border-b-0">
      <th scope="row" className={`${cell} text-left font-normal`}>
        <PermissionName permission={permission} />
      </th>
      <td className={cell}>
        <Decision outcome={outcome} />
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

interface Me {
  readonly roles: readonly AppRole[];
  readonly permissions: readonly AppPermission[];
}

/** The server's answer decides; the policy only tells which role grants it. */
function decide(permission: AppPermission, { roles: held, permissions }: Me): Outcome {
  if (!permissions.includes(permission)) return { state: 'denied' };
  return { state: 'allowed', by: held.find((role) => grantsOf[role].has(permission)) };
}
