import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { Button } from '../../ui/button.tsx';
import { RadioChips } from '../../ui/radio-chips.tsx';
import type { Decision } from './review.ts';
import type { Choice } from './use-decide-rows.ts';

const longestReason = 1_000;

/** Asks for the reason of a decision, and for the new role of a change. */
export function ReasonForm(props: {
  readonly decision: Decision;
  /** For the decision `change`. */
  readonly lesserRoles: readonly string[];
  readonly on: 'organization' | 'instance';
  /** For screen readers: the rows. */
  readonly about: string;
  readonly onSubmit: (choice: Choice) => void;
  readonly onCancel: () => void;
}): ReactNode {
  const { decision, lesserRoles, on, about, onSubmit, onCancel } = props;
  const { t } = useTranslation();
  const id = useId();
  const [reason, setReason] = useState('');
  const [newRole, setNewRole] = useState(lesserRoles.at(-1) ?? '');
  const [isMissing, setMissing] = useState(false);
  const send = (): void => {
    setMissing(reason.trim() === '');
    if (reason.trim() === '') return;
    onSubmit({ decision, reason: reason.trim(), ...(decision === 'change' && { newRole }) });
  };
  return (
    <form
      noValidate
      aria-label={t(`reviews.reasonFor.${decision}`, { what: about })}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="flex flex-col gap-3"
    >
      {decision === 'change' && (
        <RadioChips
          label={t('reviews.newRole')}
          choices={lesserRoles.map((value) => ({ value, label: roleName(value, on, t) }))}
          value={newRole}
          onChange={setNewRole}
        />
      )}
      <div>
        <label htmlFor={id} className="font-medium">
          {t(`reviews.reason.${decision}`)}
        </label>
        <textarea
          ref={focusOnce}
          id={id}
          rows={1}
          maxLength={longestReason}
          value={reason}
          aria-invalid={isMissing}
          aria-describedby={`${id}-hint`}
          onChange={({ target }) => setReason(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onCancel();
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
          className="mt-1.5 field-sizing-content block max-h-24 min-h-10 w-full max-w-xl resize-none rounded-control border border-line-strong bg-surface px-3 py-2 aria-invalid:border-denied"
        />
        <p
          id={`${id}-hint`}
          aria-live="polite"
          className={`mt-1 text-sm ${isMissing ? 'text-denied' : 'text-muted'}`}
        >
          {t(isMissing ? 'reviews.reasonMissing' : 'reviews.reasonHint')}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant={decision === 'remove' ? 'danger' : 'primary'}>
          {t(`reviews.submit.${decision}`)}
        </Button>
        <Button variant="quiet" onClick={onCancel}>
          {t('reviews.cancel')}
        </Button>
      </div>
    </form>
  );
}

function focusOnce(field: HTMLTextAreaElement | null): void {
  field?.focus();
}
