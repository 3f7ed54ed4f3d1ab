import { useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { OpenForm } from '../../shared/open-form.tsx';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';
import { canChangeAccess, isRole, type SharedResource } from '../../policy.ts';
import { formatDuration } from '../../ui/format-time.ts';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { canShorten, ShortenField } from './shorten-field.tsx';
import type { ListedRequest } from './request-facts.tsx';
import type { Decide } from './use-decide.ts';
import { Undo2 } from 'lucide-react';

const maxNoteLength = 1_000;

export type DecisionStep = 'confirm' | 'shorten' | 'refuse' | null;

/** Approving takes one click. Shortening, denying, and approving a role that can change others' access take two. */
export function DecisionButtons(props: {
  readonly target: ListedRequest['target'];
  /** Seconds; `null` is permanent. */
  readonly duration: number | null;
  readonly decide: Decide;
  readonly step: DecisionStep;
  readonly onStep: (step: DecisionStep) => void;
  readonly describedBy: string;
  /** Set if the report or collection was deleted: the request can then only be denied. */
  readonly gone: SharedResource | null;
}): ReactNode {
  const { target, duration, decide, step, onStep, describedBy, gone } = props;
  const { t, i18n } = useTranslation();
  const refuseButton = useRef<HTMLButtonElement>(null);
  const sensitiveRole =
    target.kind === 'role' && isRole(target.role) && canChangeAccess(target.role) ? target.role : null;
  const toggle = (next: 'shorten' | 'refuse') => ({
    'aria-expanded': step === next,
    'aria-describedby': describedBy,
    disabled: decide.isPending,
    onClick: () => onStep(step === next ? null : next),
  });
  return (
    <div className="flex flex-col gap-3">
      {gone !== null && (
        <p className="text-muted">
          {t(`requests.obstacle.${gone === 'reports' ? 'REPORT_NOT_FOUND' : 'COLLECTION_NOT_FOUND'}`)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        {gone === null && (
          <ChangeButton
            variant="primary"
            aria-keyshortcuts="a"
            aria-describedby={describedBy}
            disabled={decide.isPending}
            {...(sensitiveRole !== null && { 'aria-expanded': step === 'confirm' })}
            onClick={() =>
              sensitiveRole === null ? decide.approve() : onStep(step === 'confirm' ? null : 'confirm')
            }
          >
            {t('requests.approve')}
          </ChangeButton>
        )}
        {gone === null && canShorten(duration) && (
          <ChangeButton {...toggle('shorten')}>{t('requests.shorten')}</ChangeButton>
        )}
        <ChangeButton ref={refuseButton} aria-keyshortcuts="r" {...toggle('refuse')}>
          {t('requests.refuse')}
        </ChangeButton>
      </div>
      {step === 'confirm' && sensitiveRole !== null && (
        <div>
          <p>{t('requests.sensitive', { role: t(`role.${sensitiveRole}`) })}</p>
          <ChangeButton
            variant="primary"
            className="mt-2"
            disabled={decide.isPending}
            onClick={() => decide.approve()}
          >
            {duration === null
              ? t('requests.approveForGood')
              : t('requests.approveFor', { duration: formatDuration(duration, i18n.language) })}
          </ChangeButton>
        </div>
      )}
      {(step === 'shorten' || (step === 'confirm' && canShorten(duration))) && (
        <ShortenField duration={duration} decide={decide} />
      )}
      {step === 'refuse' && (
        <RefuseForm
          decide={decide}
          onCancel={() => {
            refuseButton.current?.focus();
            onStep(null);
          }}
        />
      )}
      {decide.obstacle !== null && (
        <p role="alert" className="text-denied">
          {t(`requests.obstacle.${decide.obstacle}`)}
        </p>
      )}
    </div>
  );
}

function RefuseForm({
  decide,
  onCancel,
}: {
  readonly decide: Decide;
  readonly onCancel: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.requests.refuse, { id: decide.id });
  const [note, setNote] = useTypedText(`note:${decide.id}`);
  return (
    <OpenForm gate={gate}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          decide.refuse(note);
        }}
      >
        <TextAreaField
          ref={focusOnce}
          label={t('requests.note')}
          hint={t('requests.noteHint')}
          maxLength={maxNoteLength}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onKeyDown={({ key, nativeEvent }) => {
            // During IME composition of Korean text, Escape belongs to the composition.
            if (key === 'Escape' && !nativeEvent.isComposing) onCancel();
          }}
          className="max-h-24 min-h-10 max-w-xl"
        />
        <div className="mt-3 flex flex-wrap gap-2">
          <ChangeButton type="submit" variant="danger" disabled={decide.isPending}>
            {t('requests.refuseRequest')}
          </ChangeButton>
          <Button variant="quiet" onClick={onCancel}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </OpenForm>
  );
}

const focusOnce = (field: HTMLTextAreaElement | null): void => field?.focus();

export function UndoButton(props: { readonly decide: Decide; readonly describedBy: string }): ReactNode {
  const { decide, describedBy } = props;
  const { t } = useTranslation();
  if (decide.undo === null) return null;
  return (
    <Button
      variant="quiet"
      className="h-8! pointer-coarse:h-11!"
      aria-keyshortcuts="u"
      aria-describedby={describedBy}
      onClick={decide.undo}
      icon={Undo2}
    >
      {t('undo')}
    </Button>
  );
}
