import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Done, NotDone, OutcomeList } from './outcome-lines.tsx';
import { useRoleFailure, type AskedRole, type PreviewedPerson } from './bulk.ts';
import type { BulkResult, useBulkChange } from './use-bulk-change.ts';
import { dateFormat } from '../../ui/format-time.ts';
import { nameOf } from '../../shared/person.tsx';

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

/** The maximum number of people listed; the others are counted. */
const mostListed = 100;

/** What happens to each person: those who change first. */
export function RolePreviewList(props: {
  /** `undefined` while it is loading. */
  readonly people: readonly PreviewedPerson[] | undefined;
  readonly asked: AskedRole;
  readonly willChange: (person: PreviewedPerson) => boolean;
}): ReactNode {
  const { people, asked, willChange } = props;
  const { t, i18n } = useTranslation();
  const failure = useRoleFailure();
  if (people === undefined) return <span className="skeleton block h-32 rounded-card" aria-busy="true" />;
  const changing = people.filter(willChange);
  const unchanged = people.filter((one) => one.obstacle === null && !willChange(one));
  const refused = people.filter(({ obstacle }) => obstacle !== null);
  const shown = [...changing, ...refused, ...unchanged].slice(0, mostListed);
  const role = t(`role.${asked.role}`);
  const textOf = (one: PreviewedPerson): string => {
    if (one.obstacle !== null) return failure(one.obstacle);
    const isChanging = willChange(one);
    if (asked.change === 'unassign')
      return t(isChanging ? 'members.bulk.loses' : 'members.bulk.hasNot', { role });
    if (one.held === null) return t('members.bulk.gets', { role });
    if (one.held.endsAt === null) return t('members.bulk.has', { role });
    const date = dateFormat(i18n.language, { dateStyle: 'medium' }).format(new Date(one.held.endsAt));
    return t(isChanging ? 'members.bulk.extends' : 'members.bulk.hasUntil', { role, date });
  };
  return (
    <div>
      <h3 className="font-medium">{t('members.bulk.effect')}</h3>
      <output className="mt-1 block text-muted tabular-nums">
        {[
          t('members.bulk.changing', { count: changing.length }),
          unchanged.length > 0 && t('members.bulk.unchanged', { count: unchanged.length }),
          refused.length > 0 && t('members.bulk.refused', { count: refused.length }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </output>
      <ul className="mt-2 max-h-96 divide-y divide-line overflow-y-auto rounded-card border border-line bg-surface">
        {shown.map((one) => (
          <li key={one.subject} className="px-4 py-2.5" aria-label={nameOf(one)}>
            <p className="font-medium wrap-anywhere">{nameOf(one)}</p>
            <p className={`text-sm ${one.obstacle === null ? 'text-muted' : 'text-denied'}`}>{textOf(one)}</p>
          </li>
        ))}
        {people.length > shown.length && (
          <li className="px-4 py-2.5 text-muted">
            {t('members.andMore', { count: people.length - shown.length })}
          </li>
        )}
      </ul>
    </div>
  );
}
