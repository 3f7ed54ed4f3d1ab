import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureText } from '../../shared/failure.tsx';
import { filterChip, filterChipChosen } from '../../ui/chips.tsx';
import { useTypedText } from '../../shared/use-typed-text.ts';

/** Replaces the saved views with a form for a name. */
export function ViewForm(props: {
  /** Distinguishes forms whose text is stored. */
  readonly field: string;
  readonly initial?: string;
  /** @throws the server's refusal of the name */
  readonly onSubmit: (name: string) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const { field, initial, onSubmit, onClose } = props;
  const { t } = useTranslation();
  const failureText = useFailureText();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useTypedText(`audit-view:${field}`, initial);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
    input.current?.select();
  }, []);
  const close = (): void => {
    setName('');
    onClose();
  };
  const refuse = (why: string | null): void => {
    setProblem(why);
    input.current?.focus();
  };
  const submit = async (): Promise<void> => {
    if (name.trim() === '') return refuse(t('audit.views.problem.missing'));
    setProblem(null);
    setSending(true);
    try {
      await onSubmit(name.trim());
      close();
    } catch (error) {
      refuse(
        failureText(t('audit.views.failed.save'), error, {
          VIEW_NAME_TAKEN: t('audit.views.problem.VIEW_NAME_TAKEN'),
          VIEW_LIMIT: t('audit.views.problem.VIEW_LIMIT'),
        }),
      );
    } finally {
      setSending(false);
    }
  };
  return (
    <form
      noValidate
      aria-label={t('audit.views.form')}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (!isSending) void submit();
      }}
      className="flex flex-wrap items-center gap-2"
    >
      <label htmlFor={id} className="text-sm font-medium">
        {t('audit.views.name')}
      </label>
      <input
        ref={input}
        id={id}
        value={name}
        maxLength={80}
        autoComplete="off"
        onChange={({ target }) => {
          setName(target.value);
          setProblem(null);
        }}
        onKeyDown={({ key, nativeEvent }) => {
          // During IME composition of Korean text, Escape belongs to the composition.
          if (key === 'Escape' && !nativeEvent.isComposing) close();
        }}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        className="h-8 w-48 min-w-0 rounded-control border border-line-strong bg-surface px-2.5 text-sm aria-invalid:border-denied pointer-coarse:h-11"
      />
      <button type="submit" aria-disabled={isSending} className={`${filterChip} ${filterChipChosen}`}>
        {t('audit.views.submit')}
      </button>
      <button type="button" onClick={close} className={filterChip}>
        {t('cancel')}
      </button>
      <p id={`${id}-problem`} aria-live="polite" className="w-full text-sm text-denied empty:hidden">
        {problem}
      </p>
    </form>
  );
}
