import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { InstanceLink } from '../../components/instance-link.tsx';
import { RoleBadge } from '../../components/role-badge.tsx';
import { isReportRole, isSharedResource } from '../../policy.ts';
import type { OwnRequest } from './own-request.ts';

/** The requested role: in the organization, or on one report or collection. */
export function RequestTarget({ target }: Pick<OwnRequest, 'target'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role' || !isReportRole(target.role) || !isSharedResource(target.resource))
    return <RoleBadge role={target.role} />;
  return <span className="font-medium">{t(`access.ofOne.${target.resource}.${target.role}`)}</span>;
}

/** The report or collection of a request. */
export function RequestedInstance({ target }: Pick<OwnRequest, 'target'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role' || !isSharedResource(target.resource)) return null;
  return (
    <InstanceLink resource={target.resource} id={target.id} className="text-sm">
      {t(`access.request.openOne.${target.resource}`)}
    </InstanceLink>
  );
}
