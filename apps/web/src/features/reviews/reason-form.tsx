import { getRouteApi } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { OpenForm } from '../../shared/open-form.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { Button } from '../../ui/button.tsx';
import { RadioChips } from '../../ui/chips.tsx';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { useFormCheck } from '../../ui/use-form-check.ts';
import type { Decision } from './review.ts';
import type { Choice } from './use-review-rows.ts';

const route = getRouteApi('/console/reviews/$reviewId');

const maxReasonLength = 1_000;

export function ReasonForm(props: {
  readonly decision: Decision;
  /** Identifies the rows, to store the typed text. */
  readonly field: string;
  /** The choices of the decision `change`. */
  readonly lesserRoles: readonly string[];
  readonly on: 'organization' | 'instance';
  readonly about: string;
  /** Resolves to whether the decision is stored. If not, the typed text is preserved. */
  readonly onSubmit: (choice: Choice) => Promise<boolean>;
  readonly onCancel: () => void;
}): ReactNode {
  const { decision, field, lesserRoles, on, about, onSubmit, onCancel } = props;
  const { t } = useTranslation();
  const { reviewId } = route.useParams();
  const gate = useGate(trpc.reviews.decide, { id: reviewId });
  const [reason, setReason] = useTypedText(`reason:${reviewId}:${field}:${decision}`);
  const [newRole, setNewRole] = useState(lesserRoles.at(-1) ?? '');
  const { form, isChecked, check } = useFormCheck();
  const isMissing = reason.trim() === '';
  const send = (): void => {
    check();
    if (isMissing || gate.state === 'denied') return;
    const choice = { decision, reason: reason.trim(), ...(decision === 'change' && { newRole }) };
    void onSubmit(choice).then((isStored) => isStored && setReason(''));
  };
  const cancel = (): void => {
    setReason('');
    onCancel();
  };
  return (
    <OpenForm gate={gate}>
      <form
        ref={form}
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
        <TextAreaField
          ref={focusOnce}
          label={t(`reviews.reason.${decision}`)}
          hint={t('reviews.reasonHint')}
          problem={isChecked && isMissing ? t('reviews.reasonMissing') : null}
          maxLength={maxReasonLength}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          onKeyDown={(event) => {
            // During IME composition of Korean text, both keys belong to the composition.
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Escape') cancel();
            if (event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            send();
          }}
          className="max-h-24 min-h-10 max-w-xl"
        />
        <div className="flex flex-wrap gap-2">
          <ChangeButton type="submit" variant={decision === 'remove' ? 'danger' : 'primary'}>
            {t(`reviews.submit.${decision}`)}
          </ChangeButton>
          <Button variant="quiet" onClick={cancel}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </OpenForm>
  );
}

function focusOnce(field: HTMLTextAreaElement | null): void {
  field?.focus();
}
