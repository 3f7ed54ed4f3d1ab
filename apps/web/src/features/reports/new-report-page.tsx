import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { useGate, useInvalidateGates } from '../../permissions.ts';
import { AccessDenied } from '../../components/access-denied.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Undecided } from '../../components/problem.tsx';
import { NewReportForm } from './new-report-form.tsx';

/** Behind the gate of the procedure that the form calls, so that a person without the permission does not fill it in first. */
export function NewReportPage(): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.reports.create);
  const invalidateGates = useInvalidateGates();
  if (gate.state === 'denied') {
    const { permission, reason, grantedBy } = gate;
    const newcomer = reason === 'unknown_subject' || reason === 'no_role_in_tenant';
    return <AccessDenied denial={{ permission, newcomer, grantedBy }} onRetry={invalidateGates} />;
  }
  if (gate.state === 'unavailable') return <Undecided onRetry={invalidateGates} />;
  return (
    <div className="max-w-xl">
      <PageHeader title={t('reports.form.title')} purpose={t('reports.form.purpose')} />
      <NewReportForm ready={gate.state === 'allowed'} />
    </div>
  );
}
