import { useState, type FormEvent, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { canChangeAccess, roles } from '../../policy.ts';
import { ChangeButton } from '../../shared/gate-button.tsx';
import {
  DurationField,
  secondsFrom,
  suggestedDuration,
  type ChosenDuration,
} from '../../shared/duration-field.tsx';
import { OpenForm } from '../../shared/open-form.tsx';
import { Problem } from '../../shared/problem.tsx';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { RadioChips } from '../../ui/chips.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { RoleOutcomes, RolePreviewList } from './role-outcomes.tsx';
import { type AskedRole, type PreviewedPerson, useBulkPreview } from './bulk.ts';
import { useBulkChange } from './use-bulk-change.ts';

/**
 * Assigns a role to people, permanently or for a time, or removes it: shows the effect on each of them, makes the change,
 * and shows the outcomes. Loaded when first opened, hence the default export.
 */
export default function RoleSheet(props: {
  /** Their keys. */
  readonly subjects: readonly string[];
  /** The initial values of the form. */
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
  const [isChecked, setChecked] = useState(false);
  const [now] = useState(() => Date.now());
  const isSensitive = change === 'assign' && canChangeAccess(role);
  const duration = chosen ?? suggestedDuration(role);
  const seconds = secondsFrom(duration);
  const preview = useBulkPreview({ subjects, role, change });
  const problem = useProblem(preview);
  /** An assignment extends a role that ends earlier. */
  const willChange = ({ obstacle, held }: PreviewedPerson): boolean => {
    if (obstacle !== null) return false;
    if (held === null || change === 'unassign') return (held === null) === (change === 'assign');
    if (held.endsAt === null || seconds === undefined) return false;
    return seconds === null || Date.parse(held.endsAt) < now + seconds * 1_000;
  };
  const people = preview.data?.filter(willChange);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (seconds === undefined || people === undefined) return;
    void bulk.change({ role, change, duration: change === 'assign' ? seconds : null, people });
  };
  const count = people?.length ?? 0;
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-5">
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
        {bulk.progress === null ? (
          <Button variant="quiet" onClick={onCancel}>
            {t('cancel')}
          </Button>
        ) : (
          <output className="self-center text-muted tabular-nums">
            {t('members.bulk.progress', { ...bulk.progress })}
          </output>
        )}
      </div>
    </form>
  );
}
