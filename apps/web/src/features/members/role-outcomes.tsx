import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Done, NotDone, OutcomeList } from './outcome-lines.tsx';
import { useRoleFailure } from './role-failure.ts';
import type { BulkResult, useBulkChange } from './use-bulk-change.ts';

/** The outcome of each person. Failures can be retried, and everything that was done can be undone. */
export function RoleOutcomes(props: {
  readonly result: BulkResult;
  readonly bulk: ReturnType<typeof useBulkChange>;
  readonly onDone: () => void;
}): ReactNode {
  const { result, bulk, onDone } = props;
  const { made, outcomes, undone } = result;
  const { t } = useTranslation();
  const failure = useRoleFailure();
  const role = t(`role.${made.role}`);
  const isBusy = bulk.progress !== null;
  const hasFailed = outcomes.some(({ code }) => code !== null);
  const hasChanged = outcomes.some(({ isChanged }) => isChanged);
  const lineOf = ({ subject, isChanged, code }: (typeof outcomes)[number]): ReactNode => {
    const reason = undone?.get(subject);
    if (reason !== undefined)
      return reason === null ? <Done text={t('members.bulk.undone')} /> : <NotDone text={failure(reason)} />;
    if (code !== null) return <NotDone text={failure(code)} />;
    return isChanged ? (
      <Done text={t(`members.bulk.done.${made.change}`, { role })} />
    ) : (
      <p className="mt-0.5 text-sm text-muted">{t('members.bulk.notChanged')}</p>
    );
  };
  return (
    <OutcomeList
      people={made.people}
      outcomes={outcomes}
      lineOf={lineOf}
      isBusy={isBusy}
      onDone={onDone}
      onRetry={hasFailed && undone === null ? () => void bulk.retry(result) : undefined}
      onUndo={hasChanged && undone === null ? () => void bulk.undo(result) : undefined}
    >
      {bulk.progress !== null && (
        <output className="text-muted tabular-nums">
          {t('members.bulk.progress', { ...bulk.progress })}
        </output>
      )}
    </OutcomeList>
  );
}
