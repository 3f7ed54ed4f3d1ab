import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { Done, nameOf, NotDone } from './outcome-lines.tsx';
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
  const people = new Map(made.people.map((one) => [one.subject, one]));
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
    <div className="flex flex-col gap-5">
      <ul
        aria-label={t('members.removal.outcome')}
        className="divide-y divide-line rounded-card border border-line bg-surface"
      >
        {outcomes.map((one) => {
          const name = nameOf(people.get(one.subject) ?? one);
          return (
            <li key={one.subject} className="px-4 py-2.5" aria-label={name}>
              <p className="font-medium wrap-anywhere">{name}</p>
              {lineOf(one)}
            </li>
          );
        })}
      </ul>
      {bulk.progress !== null && (
        <output className="text-muted tabular-nums">
          {t('members.bulk.progress', { ...bulk.progress })}
        </output>
      )}
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" disabled={isBusy} onClick={onDone}>
          {t('members.removal.finish')}
        </Button>
        {hasFailed && undone === null && (
          <Button disabled={isBusy} onClick={() => void bulk.retry(result)}>
            {t('error.retry')}
          </Button>
        )}
        {hasChanged && undone === null && (
          <Button disabled={isBusy} onClick={() => void bulk.undo(result)}>
            {t('members.undo')}
          </Button>
        )}
      </div>
    </div>
  );
}
