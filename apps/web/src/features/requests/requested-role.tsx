import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { InstanceLink } from '../../components/instance-link.tsx';
import { RoleBadge } from '../../components/role-badge.tsx';
import { isReportRole } from '../../policy.ts';
import { aboutOf, type ListedRequest } from './request-types.ts';

/** The requested role and its scope: the organization, or a report or a collection by title. */
export function RequestedRole({ target, title }: Pick<ListedRequest, 'target' | 'title'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role') {
    return (
      <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
        <RoleBadge role={target.role} />
        <span className="text-muted">{t('requests.inOrganization')}</span>
      </span>
    );
  }
  const resource = aboutOf(target);
  return (
    <span className="inline-flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <span className="font-medium">
        {isReportRole(target.role) ? t(`requests.on.${resource}.${target.role}`) : target.role}
      </span>
      {title === null ? (
        <span className="text-muted">{t(`requests.gone.${resource}`)}</span>
      ) : (
        <InstanceLink resource={resource} id={target.id} className="wrap-anywhere">
          {title}
        </InstanceLink>
      )}
    </span>
  );
}
