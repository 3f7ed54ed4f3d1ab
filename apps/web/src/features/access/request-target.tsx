import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RoleBadge } from '../../components/role-badge.tsx';
import { isReportRole } from '../../policy.ts';
import type { OwnRequest } from './own-request.ts';

/** What was asked for: a role in the organization, or a role on one report. */
export function RequestTarget({ target }: Pick<OwnRequest, 'target'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role' || !isReportRole(target.role)) return <RoleBadge role={target.role} />;
  return <span className="font-medium">{t(`access.ofOneReport.${target.role}`)}</span>;
}

/** The report that a request is about. */
export function RequestedReport({ target }: Pick<OwnRequest, 'target'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role') return null;
  return (
    <Link
      to="/reports/$reportId"
      params={{ reportId: target.id }}
      className="text-sm underline underline-offset-4 pointer-coarse:py-3"
    >
      {t('access.request.openReport')}
    </Link>
  );
}
