import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Problem } from '../../shared/problem.tsx';
import { textAction } from '../../ui/button.tsx';
import { AskableRoles } from './askable-roles.tsx';
import { HeldPermissions } from './held-permissions.tsx';
import { useGate } from '../../api/permissions.ts';
import { OwnRequests } from './own-requests.tsx';
import type { AppPermission } from '@latchkey/policy';
import { Minus } from 'lucide-react';
import { isShown } from '../../policy.ts';
import { Section } from '../../ui/section.tsx';
import { PermissionList } from './permission-list.tsx';

/** The two groups that almost all users have, in their final size. */
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

/** The user's permissions in the organization, the roles that they could request, and the approvers, in this order. */
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
        // Inline in the text, so that the page fits on one phone screen.
        purpose={
          <>
            {t('access.purpose')}{' '}
            <Link to="/why" className={textAction}>
              {t('access.tryCheck')}
            </Link>
          </>
        }
      />
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
