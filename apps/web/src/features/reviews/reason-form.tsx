import { getRouteApi } from '@tanstack/react-router';
import { useId, useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { OpenForm } from '../../shared/open-form.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { Button } from '../../ui/button.tsx';
import { RadioChips } from '../../ui/chips.tsx';
import type { Decision } from './review.ts';
import type { Choice } from './use-review-rows.ts';

const route = getRouteApi('/console/reviews/$reviewId');

const longestReason = 1_000;

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
  const id = useId();
  const { reviewId } = route.useParams();
  const gate = useGate(trpc.reviews.decide, { id: reviewId });
  const [reason, setReason] = useTypedText(`reason:${reviewId}:${field}:${decision}`);
  const [newRole, setNewRole] = useState(lesserRoles.at(-1) ?? '');
  const [isMissing, setMissing] = useState(false);
  const send = (): void => {
    setMissing(reason.trim() === '');
    if (reason.trim() === '' || gate.state === 'denied') return;
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
              // During IME composition of Korean text, both keys belong to the composition.
              if (event.nativeEvent.isComposing) return;
              if (event.key === 'Escape') cancel();
              if (event.key !== 'Enter' || event.shiftKey) return;
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
