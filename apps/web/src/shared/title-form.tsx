import type { GateState } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Button } from '../ui/button.tsx';
import { ChangeButton } from './gate-button.tsx';
import { OpenForm } from './open-form.tsx';

export function TitleForm(props: {
  readonly gate: GateState<AppPermission, AppRole>;
  readonly labels: {
    readonly form: string;
    readonly title: string;
    readonly hint: string;
    readonly missing: string;
    readonly submit: string;
  };
  readonly title: string;
  readonly onChange: (title: string) => void;
  readonly isPending: boolean;
  readonly onSubmit: (title: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { gate, labels, title, onChange, isPending, onSubmit, onClose } = props;
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [isMissing, setMissing] = useState(false);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(title.trim() === '');
    if (title.trim() === '') field.current?.focus();
    else onSubmit(title.trim());
  };
  return (
    <OpenForm gate={gate}>
      <form
        onSubmit={submit}
        noValidate
        className="mb-4 rounded-card border border-line bg-surface p-4"
        aria-label={labels.form}
      >
        <label htmlFor={id} className="font-medium">
          {labels.title}
        </label>
        <div className="mt-1.5 flex flex-wrap gap-2">
          <input
            ref={field}
            id={id}
            value={title}
            maxLength={120}
            autoComplete="off"
            onChange={({ target }) => onChange(target.value)}
            onKeyDown={({ key, nativeEvent }) => {
              // During IME composition of Korean text, Escape belongs to the composition.
              if (key === 'Escape' && !nativeEvent.isComposing) onClose();
            }}
            aria-invalid={isMissing}
            aria-describedby={`${id}-hint`}
            className="h-9 min-w-0 flex-1 basis-60 rounded-control border border-line-strong bg-surface px-3 aria-invalid:border-denied pointer-coarse:h-11"
          />
          <p
            id={`${id}-hint`}
            aria-live="polite"
            className={`basis-full text-sm sm:order-last sm:-mt-0.5 ${isMissing ? 'text-denied' : 'text-muted'}`}
          >
            {isMissing ? labels.missing : labels.hint}
          </p>
          <ChangeButton type="submit" variant="primary" disabled={isPending}>
            {labels.submit}
          </ChangeButton>
          <Button variant="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </OpenForm>
  );
}

export interface Rename {
  readonly isOpen: boolean;
  readonly toggle: () => void;
  readonly close: () => void;
  readonly button: RefObject<HTMLButtonElement | null>;
}

export function useRename(): Rename {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return {
    isOpen,
    toggle: () => setOpen(!isOpen),
    close: () => {
      setOpen(false);
      button.current?.focus();
    },
    button,
  };
}
