import { Dialog } from '@base-ui/react/dialog';
import { CircleCheck, ShieldAlert, TriangleAlert } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import type { Translate } from '../../i18n/translate.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { isRemoval, planOf, type Plan } from './change-line.tsx';
import { RunProblem } from './failure-text.tsx';
import { RunReport } from './run-report.tsx';
import type { Run } from './sync-status.ts';

export function PlanReview(props: {
  readonly run: Run;
  readonly changing: boolean;
  readonly onShowAnyway: () => void;
  readonly onChange: (force: boolean) => void;
}): ReactNode {
  const { run, changing, onShowAnyway, onChange } = props;
  const { t } = useTranslation();
  if (run.status === 'refused') {
    return (
      <Ended
        notice={
          <Callout tone="unknown" icon={ShieldAlert} title={t('sync.dialog.stopped')}>
            {run.problem !== null && <RunProblem problem={run.problem} />}
          </Callout>
        }
        action={
          <Button disabled={changing} onClick={onShowAnyway}>
            {t('sync.dialog.showPlan')}
          </Button>
        }
      >
        {t('sync.dialog.stoppedWhy')} {t('sync.dialog.forceWhy')}
      </Ended>
    );
  }
  if (run.report === null) {
    return (
      <Ended
        notice={
          <Callout tone="denied" icon={TriangleAlert} title={t('sync.dialog.failed')}>
            {run.problem !== null && <RunProblem problem={run.problem} />}
          </Callout>
        }
      >
        {t('sync.dialog.failedWhy')}
      </Ended>
    );
  }
  const { changes, users, tenants } = run.report;
  const plan = planOf(changes);
  if (plan.total === 0) {
    return (
      <Ended
        notice={
          <p className="mb-2 flex items-center gap-2 font-medium">
            <CircleCheck aria-hidden="true" className="size-4 text-allowed" />
            {t('sync.dialog.inStep')}
          </p>
        }
      >
        {t('sync.dialog.inStepWhy', { users, count: tenants })}
      </Ended>
    );
  }
  return (
    <>
      <Dialog.Description className="mt-2 text-muted">
        <span className="font-medium text-ink">{t('sync.dialog.plan', { count: plan.total })}.</span>{' '}
        {plan.removals > 0 && t('sync.dialog.losing', { count: plan.removals })}
      </Dialog.Description>
      <div className="mt-4">
        <RunReport run={run} />
      </div>
      <Confirm plan={plan} force={run.force} changing={changing} onChange={onChange} />
    </>
  );
}

/** With more removals than this, the user confirms by typing their number. */
const maxUnconfirmed = 10;

/** Asks for the number of removals before a forced run, or one with many removals, so that users review the plan. */
function Confirm(props: {
  readonly plan: Plan;
  readonly force: boolean;
  readonly changing: boolean;
  readonly onChange: (force: boolean) => void;
}): ReactNode {
  const { plan, force, changing, onChange } = props;
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const asksForNumber = force || plan.removals > maxUnconfirmed;
  const confirmed = !asksForNumber || typed.trim() === String(plan.removals);
  return (
    <form
      className="mt-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (confirmed && !changing) onChange(force);
      }}
    >
      {asksForNumber && (
        <>
          <label htmlFor={id} className="font-medium">
            {t('sync.dialog.confirm', { count: plan.removals })}
          </label>
          <input
            id={id}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            inputMode="numeric"
            autoComplete="off"
            className="mt-2 block h-10 w-full pointer-coarse:h-11 rounded-control border border-line-strong bg-surface px-3"
          />
        </>
      )}
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Dialog.Close className={buttonClass('quiet')}>{t('cancel')}</Dialog.Close>
        <Button
          type="submit"
          variant={plan.removals > 0 ? 'danger' : 'primary'}
          disabled={!confirmed || changing}
        >
          {actionLabel(plan, t)}
        </Button>
      </div>
    </form>
  );
}

/** The label of the button that starts the run. It names the removals: "Delete 40 users, make 12 changes". */
function actionLabel({ kinds: [first], total }: Plan, t: Translate): string {
  if (first === undefined || !isRemoval(first.kind)) return t('sync.dialog.apply', { count: total });
  const what = t(`sync.dialog.remove.${first.kind}`, { count: first.count });
  const others = total - first.count;
  return others === 0 ? what : t('sync.dialog.removeAnd', { what, count: others });
}

function Ended(props: {
  readonly notice: ReactNode;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  const { notice, children, action } = props;
  const { t } = useTranslation();
  return (
    <div className="mt-4">
      {notice}
      <Dialog.Description className="text-muted">{children}</Dialog.Description>
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Dialog.Close className={buttonClass('quiet')}>{t('close')}</Dialog.Close>
        {action}
      </div>
    </div>
  );
}
