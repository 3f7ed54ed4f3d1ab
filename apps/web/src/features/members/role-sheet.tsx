import { useState, type FormEvent, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { canChangeAccess, roles } from '../../policy.ts';
import {
  DurationField,
  secondsFrom,
  suggestedDuration,
  type ChosenDuration,
} from '../../shared/duration-field.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { OpenForm } from '../../shared/open-form.tsx';
import { Problem } from '../../shared/problem.tsx';
import { Button } from '../../ui/button.tsx';
import { RadioChips } from '../../ui/chips.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import { Sheet } from '../../ui/sheet.tsx';
import { useFormCheck } from '../../ui/use-form-check.ts';
import {
  useBulkChange,
  useBulkPreview,
  useRoleFailure,
  type AskedRole,
  type BulkResult,
  type PreviewedPerson,
} from './bulk.ts';
import { OutcomeLine } from '../../shared/outcome-line.tsx';
import { CallProgress, OutcomeList, PersonItem } from './outcome-lines.tsx';

export default function RoleSheet(props: {
  readonly subjects: readonly string[];
  readonly initial?: AskedRole | undefined;
  readonly open: boolean;
  readonly onClose: () => void;
  /** Called when the outcomes are closed. */
  readonly onChanged?: () => void;
}): ReactNode {
  const { subjects, initial, open, onClose, onChanged } = props;
  const { t } = useTranslation();
  const bulk = useBulkChange();
  const gate = useGate(trpc.members.bulkChange, undefined);
  const close = (): void => {
    onClose();
    if (bulk.result !== null) onChanged?.();
  };
  return (
    <Sheet open={open} title={t('members.bulk.title')} onClose={close} onClosed={bulk.forget}>
      {bulk.result === null ? (
        <OpenForm gate={gate}>
          <RoleForm subjects={subjects} initial={initial} bulk={bulk} onCancel={close} />
        </OpenForm>
      ) : (
        <RoleOutcomes result={bulk.result} bulk={bulk} onDone={close} />
      )}
    </Sheet>
  );
}

function RoleForm(props: {
  readonly subjects: readonly string[];
  readonly initial: AskedRole | undefined;
  readonly bulk: ReturnType<typeof useBulkChange>;
  readonly onCancel: () => void;
}): ReactNode {
  const { subjects, initial, bulk, onCancel } = props;
  const { t } = useTranslation();
  const [{ role, change }, choose] = useState<AskedRole>(initial ?? { role: 'editor', change: 'assign' });
  const [chosen, setDuration] = useState<ChosenDuration | null>(null);
  const { form, isChecked, check } = useFormCheck();
  const [now] = useState(() => Date.now());
  const isSensitive = change === 'assign' && canChangeAccess(role);
  const duration = chosen ?? suggestedDuration(role);
  const seconds = secondsFrom(duration);
  const preview = useBulkPreview({ subjects, role, change });
  const problem = useProblem(preview);
  /** Assigning a role that the person holds affects it only if it would end later. */
  const willChange = ({ obstacle, held }: PreviewedPerson): boolean => {
    if (obstacle !== null) return false;
    if (held === null || change === 'unassign') return (held === null) === (change === 'assign');
    if (held.endsAt === null || seconds === undefined) return false;
    return seconds === null || Date.parse(held.endsAt) < now + seconds * 1_000;
  };
  const people = preview.data?.filter(willChange);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    check();
    if (seconds === undefined || people === undefined) return;
    void bulk.change({ role, change, duration: change === 'assign' ? seconds : null, people });
  };
  const count = people?.length ?? subjects.length;
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <RadioChips
        label={t('members.bulk.change')}
        choices={(['assign', 'unassign'] as const).map((value) => ({
          value,
          label: t(`members.bulk.changes.${value}`),
        }))}
        value={change}
        onChange={(value) => choose({ role, change: value })}
      />
      <RadioChips
        label={t('members.bulk.role')}
        choices={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
        value={role}
        onChange={(value) => choose({ role: value, change })}
      />
      {change === 'assign' && (
        <DurationField value={duration} onChange={setDuration} invalid={isChecked && seconds === undefined} />
      )}
      {isSensitive && (
        <p className="rounded-card bg-unknown-wash px-4 py-3 text-unknown">
          {t('members.bulk.sensitive', { role: t(`role.${role}`) })}
        </p>
      )}
      {problem === null ? (
        <RolePreviewList people={preview.data} asked={{ role, change }} willChange={willChange} />
      ) : (
        <Problem problem={problem} title={t('members.bulk.previewFailed')} />
      )}
      <div className="flex flex-wrap gap-2">
        {(people === undefined || count > 0) && (
          <ChangeButton
            type="submit"
            variant="primary"
            disabled={bulk.progress !== null || people === undefined}
          >
            {t(`members.bulk.submit.${change}`, { count, role: t(`role.${role}`) })}
          </ChangeButton>
        )}
        {bulk.progress === null && (
          <Button variant="quiet" onClick={onCancel}>
            {t('cancel')}
          </Button>
        )}
      </div>
      <CallProgress progress={bulk.progress} />
    </form>
  );
}

function RoleOutcomes(props: {
  readonly result: BulkResult;
  readonly bulk: ReturnType<typeof useBulkChange>;
  readonly onDone: () => void;
}): ReactNode {
  const { result, bulk, onDone } = props;
  const { made, outcomes, undone } = result;
  const { t } = useTranslation();
  const failure = useRoleFailure();
  const role = t(`role.${made.role}`);
  const hasFailed = outcomes.some(({ code }) => code !== null);
  const hasChanged = outcomes.some(({ isChanged }) => isChanged);
  const lineOf = ({ subject, isChanged, code }: (typeof outcomes)[number]): ReactNode => {
    const reason = undone?.get(subject);
    if (reason !== undefined)
      return reason === null ? (
        <OutcomeLine look="done" text={t('members.bulk.undone')} />
      ) : (
        <OutcomeLine look="failed" text={failure(reason)} />
      );
    if (code !== null) return <OutcomeLine look="failed" text={failure(code)} />;
    return isChanged ? (
      <OutcomeLine look="done" text={t(`members.bulk.done.${made.change}`, { role })} />
    ) : (
      <p className="mt-0.5 text-sm text-muted">{t('members.bulk.notChanged')}</p>
    );
  };
  return (
    <OutcomeList
      people={made.people}
      outcomes={outcomes}
      lineOf={lineOf}
      progress={bulk.progress}
      onDone={onDone}
      onRetry={hasFailed && undone === null ? () => void bulk.retry(result) : undefined}
      onUndo={hasChanged && undone === null ? () => void bulk.undo(result) : undefined}
    />
  );
}

const maxListed = 100;

function RolePreviewList(props: {
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
  const shown = [...changing, ...refused, ...unchanged].slice(0, maxListed);
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
          <PersonItem key={one.subject} person={one}>
            <p className={`text-sm ${one.obstacle === null ? 'text-muted' : 'text-denied'}`}>{textOf(one)}</p>
          </PersonItem>
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
