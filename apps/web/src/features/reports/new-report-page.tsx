import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate, useInvalidateGates } from '../../permissions.ts';
import { AccessDenied } from '../../components/access-denied.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Undecided } from '../../components/problem.tsx';
import { instanceRolesIn } from '../../policy.ts';
import { NewReportForm } from './new-report-form.tsx';

/**
 * Behind the gate of the procedure that the form calls, so that a user without the permission does not fill it in
 * first.
 */
export function NewReportPage(): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.reports.create);
  const invalidateGates = useInvalidateGates();
  // Typed text must survive an outage; the server decides anyway when the form is sent.
  const [wasAllowed, setWasAllowed] = useState(false);
  if (gate.state === 'allowed' && !wasAllowed) setWasAllowed(true);
  if (gate.state === 'denied') {
    const { permission, reason, grantedBy } = gate;
    const newcomer = reason === 'unknown_subject' || reason === 'no_role_in_tenant';
    const denial = { permission, newcomer, grantedBy, grantedOn: instanceRolesIn(gate) };
    return <AccessDenied denial={denial} onRetry={invalidateGates} />;
  }
  if (gate.state === 'unavailable' && !wasAllowed) return <Undecided onRetry={invalidateGates} />;
  return (
    <div className="max-w-2xl">
      <PageHeader title={t('report.form.title')} purpose={t('report.form.purpose')} />
      <NewReportForm ready={wasAllowed} />
    </div>
  );
}
