import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { FailureDetail, failureText } from './failure-text.tsx';
import type { MassChange, RunProblem as Problem } from './sync-status.ts';

/** "312 of 4,000 users and tenants would lose something; 400 may." */
export function MassChangeCount({ problem }: { readonly problem: MassChange }): ReactNode {
  const { t, i18n } = useTranslation();
  return t('sync.run.massChange', {
    affected: i18n.number(problem.affected),
    total: i18n.number(problem.total),
    allowed: i18n.number(problem.allowed),
  });
}

/** Why a run was refused or failed; for a failure also what to do, and the original error. */
export function RunProblem({ problem }: { readonly problem: Problem }): ReactNode {
  const { t } = useTranslation();
  if (problem.code === 'SYNC_MASS_CHANGE') {
    return (
      <p>
        <MassChangeCount problem={problem} />
      </p>
    );
  }
  const { why, todo } = failureText(problem.code, t);
  return (
    <>
      <p>
        <span className="font-medium">{why}.</span> {todo}
      </p>
      <div className="mt-2 text-muted">
        <FailureDetail text={problem.message} />
      </div>
    </>
  );
}
